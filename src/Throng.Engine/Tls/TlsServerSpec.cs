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
    public string Fingerprint { get; private init; } = "";

    /// <summary>
    /// A certificate for localhost on the curve P-256 that has signed itself; it is nowhere but in this process. On
    /// the main thread, before workers start.
    /// </summary>
    /// <exception cref="SetupException">There is no OpenSSL here, or it makes none.</exception>
    public static TlsServerSpec SelfSigned()
    {
        TlsSetup.Load();
        Linux.SelfSigned own = Linux.SelfSigned.Create(DaysValid)
            ?? throw new SetupException("OpenSSL makes no certificate", "give one with --tls-cert and --tls-key");
        return new TlsServerSpec
        {
            Certificate = own.Certificate,
            Key = own.Key,
            Fingerprint = string.Join(':', own.Sha256.Select(one => one.ToString("X2"))),
        };
    }
}
