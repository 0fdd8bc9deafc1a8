using Throng.Linux;

namespace Throng.Originals;

/// <summary>Errors in the words of the C library, which begin with a capital letter.</summary>
public static class CError
{
    /// <param name="errno">Positive.</param>
    public static string Text(int errno) => errno switch
    {
        Errno.EADDRNOTAVAIL => "Cannot assign requested address",
        Errno.ENETUNREACH => "Network is unreachable",
        Errno.EHOSTUNREACH => "No route to host",
        Errno.ENOMEM => "Cannot allocate memory",
        Errno.EAFNOSUPPORT => "Address family not supported by protocol",
        _ => Capital(Errno.Text(errno)),
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
