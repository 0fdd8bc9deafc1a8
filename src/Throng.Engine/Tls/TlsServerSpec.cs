using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Whom a server of TLS says it is: files in PEM, or a certificate of its own making.</summary>
public sealed record TlsServerSpec
{
    private const int DaysValid = 30;

    /// <summary>The certificate, and its chain behind it; empty with <see cref="KeyFile"/> for one's own.</summary>
    public string CertificateFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    /// <summary>The own certificate and its key in DER.</summary>
    public byte[] Certificate { get; private init; } = [];

    public byte[] Key { get; private init; } = [];

    /// <summary>SHA-256 of the own certificate, as other programs write it: <c>AB:CD:...</c>.</summary>
    public string Fingerprint => string.Join(':', SHA256.HashData(Certificate).Select(one => one.ToString("X2")));

    /// <summary>
    /// A certificate for localhost on the curve P-256 that has signed itself; it is nowhere but in this process. On
    /// the main thread, before workers start.
    /// </summary>
    /// <exception cref="SetupException">There is no OpenSSL here.</exception>
    public static TlsServerSpec SelfSigned()
    {
        TlsSetup.Load(); // what follows needs it too, and would end the process
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(DaysValid));
        return new TlsServerSpec { Certificate = certificate.RawData, Key = key.ExportECPrivateKey() };
    }
}
