using System.Diagnostics;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Binds a socket to an address that may be in use for a moment longer.</summary>
internal static class PatientBind
{
    /// <summary>How long an address in use is tried again. The kernel takes an io_uring of a killed process down later,
    /// in a thread of its own, so a server that is started again at once meets its predecessor's listener.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Tries until the address is free, or the patience is over.</summary>
    /// <param name="open">Opens and binds: a descriptor, or -errno.</param>
    public static int Open(Func<int> open)
    {
        Stopwatch clock = Stopwatch.StartNew();
        int fd = open();
        while (fd == -Errno.EADDRINUSE && clock.Elapsed < Patience)
        {
            Thread.Sleep(Pause);
            fd = open();
        }

        return fd;
    }
}
