using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>Functions of OpenSSL 3 that a certificate of one's own is made with, as C has them.</summary>
internal static unsafe partial class LibCrypto
{
    [LibraryImport(LibSsl.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_PKEY_CTX_new_from_name(nint library, string name, string? properties);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int EVP_PKEY_keygen_init(nint context);

    [LibraryImport(LibSsl.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int EVP_PKEY_CTX_set_group_name(nint context, string name);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int EVP_PKEY_generate(nint context, nint* key);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint EVP_sha256();

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_new();

    [LibraryImport(LibSsl.Crypto)]
    internal static partial void X509_free(nint certificate);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_set_version(nint certificate, nint version);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_get_serialNumber(nint certificate);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int ASN1_INTEGER_set_uint64(nint number, ulong value);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_getm_notBefore(nint certificate);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_getm_notAfter(nint certificate);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_gmtime_adj(nint time, nint seconds);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_set_pubkey(nint certificate, nint key);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(LibSsl.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int X509_NAME_add_entry_by_txt(
        nint name, string field, int type, string bytes, int length, int location, int set);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_set_issuer_name(nint certificate, nint name);

    [LibraryImport(LibSsl.Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint X509V3_EXT_conf_nid(nint configuration, nint context, int extension, string value);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_add_ext(nint certificate, nint extension, int location);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial void X509_EXTENSION_free(nint extension);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_sign(nint certificate, nint key, nint digest);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int X509_digest(nint certificate, nint digest, byte* into, uint* bytes);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int i2d_X509(nint certificate, byte** into);

    [LibraryImport(LibSsl.Crypto)]
    internal static partial int i2d_PrivateKey(nint key, byte** into);
}
