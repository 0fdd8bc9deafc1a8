using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// Every function of OpenSSL 3 that is used here, as C has it. The library is loaded at the first call, so a host
/// without it does everything that needs no TLS. <see cref="OpenSsl"/> and <see cref="Tls"/> turn this into the
/// kernel's convention; nobody else calls it.
/// </summary>
internal static unsafe partial class LibSsl
{
    internal const string Ssl = "libssl.so.3";
    internal const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl)]
    internal static partial int OPENSSL_init_ssl(ulong options, nint settings);

    [LibraryImport(Ssl)]
    internal static partial nint TLS_method();

    [LibraryImport(Ssl)]
    internal static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Ssl)]
    internal static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_set_num_tickets(nint context, nuint tickets);

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_set_default_verify_paths(nint context);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_load_verify_file(nint context, string path);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_certificate_chain_file(nint context, string path);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_PrivateKey_file(nint context, string path, int type);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_use_certificate_ASN1(nint context, int bytes, byte* certificate);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_use_PrivateKey_ASN1(int type, nint context, byte* key, nint bytes);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    internal static partial void SSL_free(nint tls);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_bio(nint tls, nint reads, nint writes);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_connect_state(nint tls);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_accept_state(nint tls);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_ctrl(nint tls, int command, nint number, byte* pointer);

    [LibraryImport(Ssl)]
    internal static partial int SSL_set1_host(nint tls, byte* name);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get0_param(nint tls);

    [LibraryImport(Crypto)]
    internal static partial int X509_VERIFY_PARAM_set1_ip(nint parameters, byte* address, nuint bytes);

    [LibraryImport(Ssl)]
    internal static partial int SSL_do_handshake(nint tls);

    [LibraryImport(Ssl)]
    internal static partial int SSL_read(nint tls, byte* into, int bytes);

    [LibraryImport(Ssl)]
    internal static partial int SSL_write(nint tls, byte* from, int bytes);

    [LibraryImport(Ssl)]
    internal static partial int SSL_shutdown(nint tls);

    [LibraryImport(Ssl)]
    internal static partial int SSL_get_error(nint tls, int result);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get_verify_result(nint tls);

    [LibraryImport(Crypto)]
    internal static partial nint X509_verify_cert_error_string(nint result);

    [LibraryImport(Crypto)]
    internal static partial ulong ERR_peek_error();

    [LibraryImport(Crypto)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    internal static partial nint ERR_reason_error_string(ulong error);

    [LibraryImport(Crypto)]
    internal static partial int RAND_bytes(byte* into, int bytes);

    [LibraryImport(Crypto)]
    internal static partial int BIO_get_new_index();

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_ctrl(
        nint method, delegate* unmanaged<nint, int, nint, nint, nint> control);

    [LibraryImport(Crypto)]
    internal static partial nint BIO_new(nint method);

    // These four only read or set a field: not worth leaving the runtime's care for.
    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_set_init(nint bio, int isReady);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_set_data(nint bio, TlsWire* wire);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial TlsWire* BIO_get_data(nint bio);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_clear_flags(nint bio, int flags);
}
