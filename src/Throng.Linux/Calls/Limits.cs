namespace Throng.Linux;

/// <summary>
/// RLIMIT_NOFILE: how many descriptors one table holds, and how many direct ones one ring. RLIMIT_AS: how many
/// addresses a process may use.
/// </summary>
public static unsafe class Limits
{
    /// <summary>Reads the limit on descriptors.</summary>
    /// <returns>0 or -errno.</returns>
    public static int GetDescriptors(out ulong soft, out ulong hard)
    {
        rlimit64 limit = default;
        int result = Libc.Result(Libc.prlimit(0, SystemConstants.RLIMIT_NOFILE, null, &limit));
        soft = limit.rlim_cur;
        hard = limit.rlim_max;
        return result;
    }

    /// <summary>The soft limit on addresses in use, in bytes.</summary>
    /// <returns>Null when there is none or it cannot be read.</returns>
    public static long? GetAddressSpace()
    {
        rlimit64 limit = default;
        int result = Libc.Result(Libc.prlimit(0, SystemConstants.RLIMIT_AS, null, &limit));
        return result >= 0 && limit.rlim_cur <= long.MaxValue ? (long)limit.rlim_cur : null;
    }

    /// <summary>Sets the limit on descriptors for the whole process.</summary>
    /// <returns>0, or -errno: EPERM when the hard limit would rise without CAP_SYS_RESOURCE or beyond fs.nr_open.
    /// </returns>
    public static int SetDescriptors(ulong soft, ulong hard)
    {
        rlimit64 limit = new() { rlim_cur = soft, rlim_max = hard };
        return Libc.Result(Libc.prlimit(0, SystemConstants.RLIMIT_NOFILE, &limit, null));
    }

    /// <summary>Raises the limit as far towards <paramref name="wanted"/> as the kernel lets us; never lowers it.
    /// </summary>
    /// <returns>The soft limit that holds now, 0 when it cannot be read.</returns>
    public static ulong RaiseDescriptors(ulong wanted)
    {
        if (GetDescriptors(out ulong soft, out ulong hard) < 0 || soft >= wanted)
        {
            return soft;
        }

        if (wanted > hard && SetDescriptors(wanted, wanted) >= 0)
        {
            return wanted;
        }

        ulong reachable = Math.Min(wanted, hard);
        return SetDescriptors(reachable, hard) >= 0 ? reachable : soft;
    }
}
