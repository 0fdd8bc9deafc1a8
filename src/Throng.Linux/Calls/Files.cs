using System.Text;
using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>Facts about the file that a path names, and the calls on paths that the runtime lacks.</summary>
public static unsafe class Files
{
    private const int ModeOfNewFile = 0x1B6; // rw for all, less the umask

    /// <summary>Something that is there and is no regular file (links followed): a device, a pipe, a socket.</summary>
    public static bool IsSpecial(string path) =>
        About(path, STATX_TYPE, out statx about) >= 0 && (about.stx_mode & S_IFMT) != S_IFREG;

    /// <summary>Number of a file in its file system (links followed); 0 when there is none.</summary>
    public static ulong Inode(string path) => About(path, STATX_INO, out statx about) >= 0 ? about.stx_ino : 0;

    /// <summary>User whose file it is (links followed).</summary>
    /// <returns>0 or -errno.</returns>
    public static int Owner(string path, out uint user)
    {
        int result = About(path, STATX_UID, out statx about);
        user = about.stx_uid;
        return result;
    }

    /// <summary>User that this process acts as.</summary>
    public static uint OwnUser() => Libc.geteuid();

    /// <summary>Replaces the text of a file that is there, in one write(2): a kernel setting takes no two.</summary>
    /// <returns>0 or -errno; -EIO when not all of it was taken.</returns>
    public static int Overwrite(string path, string text)
    {
        int fd = Open(path, O_WRONLY | O_TRUNC);
        if (fd < 0)
        {
            return fd;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int written = Descriptors.Write(fd, bytes);
        int closed = Descriptors.Close(fd);
        return written < 0 ? written : written < bytes.Length ? -Errno.EIO : closed;
    }

    /// <summary>Opens what is there for reading.</summary>
    /// <returns>The descriptor, which the caller closes, or -errno.</returns>
    public static int OpenToRead(string path) => Open(path, 0);

    /// <summary>Opens for writing from the beginning; makes the file when there is none.</summary>
    /// <returns>The descriptor, which the caller closes, or -errno.</returns>
    public static int OpenToWrite(string path) => Open(path, O_WRONLY | O_CREAT | O_TRUNC);

    /// <summary>fsync(2) of a file or a directory: after it, what is in there survives a crash of the host.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Sync(string path)
    {
        int fd = Open(path, 0);
        if (fd < 0)
        {
            return fd;
        }

        int synced = Libc.Result(Libc.fsync(fd));
        _ = Descriptors.Close(fd);
        return synced;
    }

    private static int About(string path, uint mask, out statx about)
    {
        statx filled = default;
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* first = name)
        {
            int result = Libc.Result(Libc.statx(AT_FDCWD, first, 0, mask, &filled));
            about = filled;
            return result;
        }
    }

    private static int Open(string path, int flags)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* first = name)
        {
            return Libc.Result(Libc.open(first, flags | O_CLOEXEC, ModeOfNewFile));
        }
    }
}
