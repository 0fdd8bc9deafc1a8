using System.ComponentModel;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// A host that has no thread, descriptor or memory left for this process: the runtime throws what it has at hand then,
/// anywhere, and a person wants one line.
/// </summary>
public static class Shortage
{
    /// <summary>Descriptors that every command has room in.</summary>
    private const int DescriptorsEnough = 256;

    /// <summary>Names what the host is short of, from what the runtime threw; null for anything else.</summary>
    public static SetupException? Of(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            int errno = cause switch
            {
                OutOfMemoryException => Errno.EAGAIN,
                Win32Exception refused => refused.NativeErrorCode,
                IOException refused when failure is TypeInitializationException => refused.HResult,
                _ when failure is TypeInitializationException => NamedIn(cause.Message),
                _ => 0,
            };
            switch (errno)
            {
                case Errno.EAGAIN or Errno.ENOMEM:
                    return OfThreads(ReadGroup());

                case Errno.EMFILE or Errno.ENFILE:
                    _ = Limits.GetDescriptors(out ulong soft, out _);
                    return new SetupException(
                        $"no descriptor is left of {soft} (RLIMIT_NOFILE)",
                        $"raise the descriptor limit: ulimit -n {DescriptorsEnough}", errno);
            }
        }

        return null;
    }

    // The runtime's sockets tell their errno by its name alone.
    private static int NamedIn(string message) => ((int[])[Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN, Errno.ENOMEM])
        .FirstOrDefault(errno => message.Contains(Errno.Name(errno), StringComparison.Ordinal));

    private static SetupException OfThreads(CgroupLimits group) => group.PidsMax is { } max
        ? new SetupException(
            $"no thread can be started: {group.PidsUsed} of {max} are there (pids.max of the control group)",
            "raise pids.max, or ask for fewer --threads")
        : new SetupException(
            "no thread can be started, or no memory is left", "see ulimit -u, ulimit -v and throng doctor");

    private static CgroupLimits ReadGroup()
    {
        try
        {
            return Cgroup.Read();
        }
        catch (Exception failure) when (failure is OutOfMemoryException or TypeInitializationException)
        {
            return CgroupLimits.None;
        }
    }
}
