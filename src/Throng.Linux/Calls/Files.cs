using System.Text;

namespace Throng.Linux;

/// <summary>What a path names.</summary>
public static unsafe class Files
{
    // struct statx of <linux/stat.h>, the same on every processor: 256 bytes, the mode at 28.
    private const int StatxBytes = 256;
    private const int StatxModeOffset = 28;
    private const uint STATX_TYPE = 0x1;
    private const int AT_FDCWD = -100;
    private const int S_IFMT = 0xF000;
    private const int S_IFREG = 0x8000;

    /// <summary>Something that is there and is no regular file (links followed): a device, a pipe, a socket.</summary>
    public static bool IsSpecial(string path)
    {
        byte* about = stackalloc byte[StatxBytes];
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* first = name)
        {
            return Libc.Result(Libc.statx(AT_FDCWD, first, 0, STATX_TYPE, about)) >= 0
                && (*(ushort*)(about + StatxModeOffset) & S_IFMT) != S_IFREG;
        }
    }
}
