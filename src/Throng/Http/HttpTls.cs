using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Throng.Engine;

namespace Throng;

/// <summary>TLS of --http, with a certificate from files or one of the run's own.</summary>
internal sealed class HttpTls
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OwnIsValid = TimeSpan.FromDays(365);
    private static readonly TimeSpan ClocksApart = TimeSpan.FromDays(1);

    private readonly SslServerAuthenticationOptions _options;

    private HttpTls(X509Certificate2 certificate, X509Certificate2Collection? chain)
    {
        Fingerprint = Fingerprint.Of(certificate.RawData);
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        };
    }

    /// <summary>The fingerprint of the certificate that is shown.</summary>
    public Fingerprint Fingerprint { get; }

    /// <param name="addresses">Those that a certificate of the run's own is for.</param>
    /// <exception cref="SetupException">The files cannot be read, or do not belong together.</exception>
    public static HttpTls Create(Values values, IReadOnlyList<IPEndPoint> addresses)
    {
        string path = values.Get(HttpOptions.Certificate);
        if (path.Length == 0)
        {
            return new HttpTls(OwnCertificate(values.Get(HttpOptions.Http).Host, addresses), null);
        }

        string key = values.Has(HttpOptions.Key) ? values.Get(HttpOptions.Key) : path;
        Option<string> option = values.Has(HttpOptions.Key) ? HttpOptions.Key : HttpOptions.Certificate;
        string said = $"{HttpOptions.Certificate.Spelling} {Text.Plain(path)}";
        try
        {
            SecretFile.RefuseSpecial(path, HttpOptions.Certificate.Spelling);
            SecretFile.RefuseSpecial(key, option.Spelling);
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(path);
            X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(path, key);
            SecretFile.RefuseOpen(key, option.Spelling, isSharedByGroup: true);
            return new HttpTls(certificate, all);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"cannot use {said}: {Reason.Describe(failure)}", "name files that can be read");
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new SetupException(
                $"{said} is no certificate in PEM, or {HttpOptions.Key.Spelling} has not its private key in PEM",
                "compare what openssl x509 -in FILE -noout -pubkey and openssl pkey -in KEY -pubout print");
        }
    }

    /// <summary>Encrypts a connection of Kestrel; one without a handshake is hung up on.</summary>
    public ConnectionDelegate Encrypt(ConnectionDelegate next) => async connection =>
    {
        IDuplexPipe plain = connection.Transport;
        await using SslStream stream = new(new DuplexStream(plain));
        using CancellationTokenSource patience = new(HandshakeTimeout);
        try
        {
            await stream.AuthenticateAsServerAsync(_options, patience.Token);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException
            or OperationCanceledException or InvalidOperationException)
        {
            return;
        }

        DuplexPipe encrypted = new(PipeReader.Create(stream), PipeWriter.Create(stream));
        connection.Transport = encrypted;
        try
        {
            await next(connection);
        }
        finally
        {
            await encrypted.Input.CompleteAsync();
            await encrypted.Output.CompleteAsync();
            connection.Transport = plain;
        }
    };

    private static X509Certificate2 OwnCertificate(string host, IReadOnlyList<IPEndPoint> addresses)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=throng", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        foreach (string name in (string[])[host, Environment.MachineName, "localhost"])
        {
            if (Uri.CheckHostName(name) == UriHostNameType.Dns)
            {
                names.AddDnsName(name);
            }
        }

        IEnumerable<IPAddress> own = addresses.Select(static one => one.Address)
            .Where(static one => !one.Equals(IPAddress.Any) && !one.Equals(IPAddress.IPv6Any));
        foreach (IPAddress address in own.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct())
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now - ClocksApart, now + OwnIsValid);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
