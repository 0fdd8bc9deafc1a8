using static Throng.Linux.LibCrypto;

namespace Throng.Linux;

/// <summary>
/// A certificate for localhost on the curve P-256 that has signed itself, made by OpenSSL. The runtime's own
/// cryptography would make it as well, and is half a megabyte of the program.
/// </summary>
/// <param name="Certificate">DER.</param>
/// <param name="Key">DER.</param>
/// <param name="Sha256">The fingerprint of the certificate.</param>
public sealed unsafe record SelfSigned(byte[] Certificate, byte[] Key, byte[] Sha256)
{
    private const int Version3 = 2;
    private const int AsciiText = 0x1001; // MBSTRING_ASC
    private const int SubjectAlternativeName = 85; // NID_subject_alt_name
    private const int BasicConstraints = 87; // NID_basic_constraints
    private const nint DaySeconds = 24 * 3600;

    /// <summary>Makes one that is valid from yesterday on; null when OpenSSL refuses. OpenSSL is loaded.</summary>
    public static SelfSigned? Create(int daysValid)
    {
        nint key = NewKey();
        nint certificate = X509_new();
        byte* digest = stackalloc byte[32];
        bool isMade = key != 0 && certificate != 0 && Fill(certificate, key, daysValid)
            && X509_sign(certificate, key, EVP_sha256()) > 0
            && X509_digest(certificate, EVP_sha256(), digest, null) == 1;
        SelfSigned? made = !isMade ? null : new SelfSigned(
            Encoded(certificate, &i2d_X509), Encoded(key, &i2d_PrivateKey), new Span<byte>(digest, 32).ToArray());
        X509_free(certificate);
        EVP_PKEY_free(key);
        return made;
    }

    private static nint NewKey()
    {
        nint key = 0;
        nint context = EVP_PKEY_CTX_new_from_name(0, "EC", null);
        _ = context != 0 && EVP_PKEY_keygen_init(context) == 1
            && EVP_PKEY_CTX_set_group_name(context, "P-256") == 1 && EVP_PKEY_generate(context, &key) == 1;
        EVP_PKEY_CTX_free(context);
        return key;
    }

    private static bool Fill(nint certificate, nint key, int daysValid)
    {
        nint subject = X509_get_subject_name(certificate);
        ulong serial = (ulong)Random.Shared.NextInt64(1, long.MaxValue);
        return X509_set_version(certificate, Version3) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -DaySeconds) != 0
            && X509_gmtime_adj(X509_getm_notAfter(certificate), daysValid * DaySeconds) != 0
            && X509_set_pubkey(certificate, key) == 1
            && X509_NAME_add_entry_by_txt(subject, "CN", AsciiText, "localhost", -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, subject) == 1
            && Extend(certificate, SubjectAlternativeName, "DNS:localhost,IP:127.0.0.1,IP:::1")
            && Extend(certificate, BasicConstraints, "critical,CA:TRUE");
    }

    private static bool Extend(nint certificate, int kind, string value)
    {
        nint extension = X509V3_EXT_conf_nid(0, 0, kind, value);
        bool isAdded = extension != 0 && X509_add_ext(certificate, extension, -1) == 1;
        X509_EXTENSION_free(extension);
        return isAdded;
    }

    private static byte[] Encoded(nint what, delegate*<nint, byte**, int> encode)
    {
        byte[] bytes = new byte[Math.Max(0, encode(what, null))];
        fixed (byte* first = bytes)
        {
            byte* into = first;
            _ = encode(what, &into);
        }

        return bytes;
    }
}
