using System.Buffers.Binary;

namespace Throng.Linux;

/// <summary>
/// One end of a TLS connection: OpenSSL's SSL, by its address. Each call works with the bytes of the thread's
/// <see cref="TlsWire"/> and returns: 0 or more, or
/// -EAGAIN (it wants ciphertext of the peer), -ENOBUFS (it wants room for ciphertext) or -EPROTO (it has failed;
/// <see cref="OpenSsl.TakeError"/> says why).
/// </summary>
public static unsafe class Tls
{
    private const int CommandServerName = 55;
    private const int ErrorWantRead = 2;
    private const int ErrorWantWrite = 3;
    private const int ErrorZeroReturn = 6;

    /// <summary>A new end; 0 when there is no memory.</summary>
    /// <param name="serverName">A zero-ended name to ask for (SNI) and to check the certificate against, if
    /// certificates are verified; null for none.</param>
    public static nint New(TlsContext context, TlsWire* wire, byte* serverName)
    {
        nint tls = LibSsl.SSL_new(context.Address);
        nint bio = tls == 0 ? 0 : LibSsl.BIO_new(context.WireMethod);
        if (bio == 0)
        {
            LibSsl.SSL_free(tls);
            return 0;
        }

        LibSsl.BIO_set_data(bio, wire);
        LibSsl.BIO_set_init(bio, 1);
        LibSsl.SSL_set_bio(tls, bio, bio); // both are one: the end has its only reference
        if (context.IsServer)
        {
            LibSsl.SSL_set_accept_state(tls);
            return tls;
        }

        LibSsl.SSL_set_connect_state(tls);
        if (serverName is not null)
        {
            _ = LibSsl.SSL_ctrl(tls, CommandServerName, 0, serverName);
            _ = LibSsl.SSL_set1_host(tls, serverName);
        }

        return tls;
    }

    /// <summary>The address that the peer's certificate must have been given for; false when there is no memory.
    /// </summary>
    public static bool TryExpect(nint tls, in SockAddr address)
    {
        const int Bytes = 16;
        const int MappedBytes = 12; // before an IPv4 address that is mapped into IPv6
        byte* bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(new Span<byte>(bytes, Bytes), address.AddressNumber);
        int before = address.AddressNumber >> 32 == 0xFFFF ? MappedBytes : 0;
        return LibSsl.X509_VERIFY_PARAM_set1_ip(
            LibSsl.SSL_get0_param(tls), bytes + before, (nuint)(Bytes - before)) == 1;
    }

    public static void Free(nint tls) => LibSsl.SSL_free(tls);

    /// <summary>Goes on with the handshake; 0 once it is done.</summary>
    public static int Handshake(nint tls)
    {
        int result = LibSsl.SSL_do_handshake(tls);
        return result == 1 ? 0 : Outcome(tls, result, atEnd: -Errno.EPROTO);
    }

    /// <summary>Decrypts into memory of the caller; 0: the peer has said that nothing more comes.</summary>
    public static int Read(nint tls, byte* into, int bytes)
    {
        int result = LibSsl.SSL_read(tls, into, bytes);
        return result > 0 ? result : Outcome(tls, result, atEnd: 0);
    }

    /// <summary>Encrypts one record of at most 16 KiB.</summary>
    public static int Write(nint tls, byte* from, int bytes)
    {
        int result = LibSsl.SSL_write(tls, from, bytes);
        return result > 0 ? result : Outcome(tls, result, atEnd: -Errno.EPROTO);
    }

    /// <summary>Says to the peer that nothing more comes (close_notify); 0.</summary>
    public static int Finish(nint tls)
    {
        int result = LibSsl.SSL_shutdown(tls);
        return result >= 0 ? 0 : Outcome(tls, result, atEnd: 0);
    }

    private static int Outcome(nint tls, int result, int atEnd) => LibSsl.SSL_get_error(tls, result) switch
    {
        ErrorWantRead => -Errno.EAGAIN,
        ErrorWantWrite => -Errno.ENOBUFS,
        ErrorZeroReturn => atEnd,
        _ => -Errno.EPROTO,
    };
}
