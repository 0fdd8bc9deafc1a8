using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>The library itself: whether it is there, and what it says of its errors.</summary>
public static unsafe class OpenSsl
{
    /// <summary>The package of Debian and Ubuntu that has it.</summary>
    public const string Package = "libssl3";

    private const int VerifyFailed = 134;
    private const ulong ReasonMask = 0x7F_FFFF;
    private const int VerifyShift = 32;

    /// <summary>
    /// Loads and sets up the library. Call it on the main thread, before any worker has a descriptor table of its own:
    /// it opens files. False when it is not on this host.
    /// </summary>
    public static bool TryLoad()
    {
        if (!NativeLibrary.TryLoad(LibSsl.Crypto, out _) || !NativeLibrary.TryLoad(LibSsl.Ssl, out _))
        {
            return false;
        }

        byte unused;
        return LibSsl.OPENSSL_init_ssl(0, 0) == 1 && LibSsl.RAND_bytes(&unused, 1) == 1;
    }

    /// <summary>
    /// Takes the error that occurred on this thread, as a number that <see cref="Text"/> explains; 0 when OpenSSL does
    /// not say. Everything OpenSSL has noted is forgotten.
    /// </summary>
    /// <param name="tls">The end it went wrong on: says why a certificate was not accepted; 0 for none.</param>
    public static ulong TakeError(nint tls)
    {
        ulong error = LibSsl.ERR_peek_error();
        LibSsl.ERR_clear_error();
        bool isVerdict = tls != 0 && (error & ReasonMask) == VerifyFailed;
        return isVerdict ? error | ((ulong)LibSsl.SSL_get_verify_result(tls) << VerifyShift) : error;
    }

    /// <summary>Forgets what OpenSSL noted without failing, so that the next failure is told from it.</summary>
    public static void ForgetErrors() => LibSsl.ERR_clear_error();

    /// <summary>An error as OpenSSL words it, such as <c>certificate verify failed: self-signed certificate</c>.
    /// Any thread.</summary>
    public static string Text(ulong error)
    {
        nint reason = LibSsl.ERR_reason_error_string(error & uint.MaxValue);
        string text = reason == 0 ? "unknown error" : Marshal.PtrToStringUTF8(reason) ?? "";
        nint verdict = (nint)(error >> VerifyShift);
        return verdict == 0
            ? text
            : $"{text}: {Marshal.PtrToStringUTF8(LibSsl.X509_verify_cert_error_string(verdict))}";
    }
}
