using System.Globalization;

namespace Throng.Linux;

/// <summary>Which network namespace the caller is in.</summary>
/// <param name="Inode">The number in /proc/thread-self/ns/net, 0 when it cannot be read. A later namespace may get the
/// number of one that is gone.</param>
/// <param name="Cookie">The kernel's number for it, never used twice before the next boot; 0 before Linux 5.14.</param>
public readonly record struct NetworkNamespace(ulong Inode, ulong Cookie)
{
    /// <summary>The network namespace of the calling thread.</summary>
    public static NetworkNamespace Current => new(ReadInode(), ReadCookie());

    /// <summary>Parses what the link /proc/thread-self/ns/net says: "net:[4026531840]".</summary>
    /// <returns>0 for anything else.</returns>
    public static ulong ParseInode(string? link) =>
        link is ['n', 'e', 't', ':', '[', .. string number, ']']
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
                ? inode
                : 0;

    private static ulong ReadInode()
    {
        try
        {
            return ParseInode(new FileInfo("/proc/thread-self/ns/net").LinkTarget);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static unsafe ulong ReadCookie()
    {
        int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM);
        if (fd < 0)
        {
            return 0;
        }

        ulong cookie = 0;
        uint bytes = sizeof(ulong);
        int got = Libc.Result(Libc.getsockopt(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_NETNS_COOKIE, &cookie, &bytes));
        _ = Descriptors.Close(fd);
        return got < 0 ? 0 : cookie;
    }
}
