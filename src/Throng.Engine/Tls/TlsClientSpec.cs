namespace Throng.Engine;

/// <summary>Demands that a client of TLS makes on the other end.</summary>
public sealed record TlsClientSpec
{
    /// <summary>The name to ask for (SNI), and to find in the certificate if it is verified; empty: none to ask
    /// for, and the address of each target to find.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Fail the handshake when the certificate is not good.</summary>
    public bool Verifies { get; init; }

    /// <summary>Certificates of the authorities to trust, a file in PEM; empty: those of the system.</summary>
    public string AuthoritiesFile { get; init; } = "";
}
