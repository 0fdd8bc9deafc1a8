namespace Throng.Linux;

/// <summary>
/// Settings that all TLS ends of one kind have in common (OpenSSL's SSL_CTX): versions, certificates, what is verified.
/// Made on one thread and then shared by all, unchanged.
/// </summary>
public sealed unsafe class TlsContext : IDisposable
{
    private const int CommandMode = 33;
    private const int CommandCache = 44;
    private const int CommandVersionMin = 123;
    private const int Tls12 = 0x0303;
    private const int MovingWriteBuffer = 0x02;
    private const int ReleaseBuffers = 0x10;
    private const ulong NoTicket = 1UL << 14;
    private const ulong NoCompression = 1UL << 17;
    private const ulong NoRenegotiation = 1UL << 30;
    private const int FilePem = 1;
    private const int KeyOfCurve = 408;
    private const int VerifyPeer = 1;

    private TlsContext(nint address, nint method, bool isServer)
    {
        Address = address;
        WireMethod = method;
        IsServer = isServer;
    }

    public bool IsServer { get; }

    internal nint Address { get; private set; }

    internal nint WireMethod { get; }

    /// <summary>
    /// TLS 1.2 and 1.3; nothing is resumed, an idle end keeps no buffers. Null when OpenSSL refuses;
    /// <see cref="OpenSsl.TakeError"/> says why.
    /// </summary>
    public static TlsContext? TryMake(bool isServer)
    {
        nint context = LibSsl.SSL_CTX_new(LibSsl.TLS_method());
        nint method = context == 0 ? 0 : TlsWire.NewMethod();
        if (method == 0)
        {
            return null;
        }

        _ = LibSsl.SSL_CTX_ctrl(context, CommandVersionMin, Tls12, 0);
        _ = LibSsl.SSL_CTX_ctrl(context, CommandMode, MovingWriteBuffer | ReleaseBuffers, 0);
        _ = LibSsl.SSL_CTX_ctrl(context, CommandCache, 0, 0);
        _ = LibSsl.SSL_CTX_set_options(context, NoTicket | NoCompression | NoRenegotiation);
        _ = LibSsl.SSL_CTX_set_num_tickets(context, 0);
        return new TlsContext(context, method, isServer);
    }

    /// <summary>Verifies the peer's certificate: against a file of authorities, or the system's if empty.</summary>
    public bool TryVerify(string authoritiesFile)
    {
        LibSsl.SSL_CTX_set_verify(Address, VerifyPeer, 0);
        return authoritiesFile.Length == 0
            ? LibSsl.SSL_CTX_set_default_verify_paths(Address) == 1
            : LibSsl.SSL_CTX_load_verify_file(Address, authoritiesFile) == 1;
    }

    /// <summary>A certificate with its chain from a file in PEM.</summary>
    public bool TryUseCertificate(string file) => LibSsl.SSL_CTX_use_certificate_chain_file(Address, file) == 1;

    /// <summary>The key of that certificate from a file in PEM; false too when they do not belong together.</summary>
    public bool TryUseKey(string file) =>
        LibSsl.SSL_CTX_use_PrivateKey_file(Address, file, FilePem) == 1
        && LibSsl.SSL_CTX_check_private_key(Address) == 1;

    /// <summary>A certificate and its key on an elliptic curve, both in DER.</summary>
    public bool TryUse(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key)
    {
        fixed (byte* first = certificate, second = key)
        {
            return LibSsl.SSL_CTX_use_certificate_ASN1(Address, certificate.Length, first) == 1
                && LibSsl.SSL_CTX_use_PrivateKey_ASN1(KeyOfCurve, Address, second, key.Length) == 1;
        }
    }

    /// <summary>Ends that were made of it keep what they need of it.</summary>
    public void Dispose()
    {
        LibSsl.SSL_CTX_free(Address);
        Address = 0;
    }
}
