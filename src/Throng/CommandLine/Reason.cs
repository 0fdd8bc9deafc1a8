using System.Net.Sockets;
using Throng.Linux;

namespace Throng;

/// <summary>
/// Why a file or socket could not be had, in our words: the runtime's own texts are left out of the published program.
/// </summary>
public static class Reason
{
    private const int ErrnoMax = 4095;

    public static string Describe(Exception failure) => failure switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such directory",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException => "the path is too long",
        IOException { InnerException: SocketException inner } => Describe(inner),

        // How the runtime says ENOENT for a path; other codes are errno as the kernel gave it.
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such file or directory",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there",
        SocketException { NativeErrorCode: > 0 and <= ErrnoMax } socket => Errno.Text(socket.NativeErrorCode),
        { HResult: > 0 and <= ErrnoMax } => Errno.Text(failure.HResult),
        _ => "the path cannot be used",
    };
}
