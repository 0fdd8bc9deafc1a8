namespace Throng.Linux;

/// <summary>
/// Whether io_uring can carry the engine on this host, found by doing everything the engine does once, on loopback.
/// Versions and flags do not tell: seccomp filters, sysctls and backports see to that.
/// </summary>
public sealed class RingSupport
{
    private const string Tried = "io_uring: every feature in use was tried and works";
    private const string Asked = "io_uring: the kernel has every feature in use; not tried, the loopback is down";

    private RingSupport(bool works, string reason, uint flags)
    {
        Works = works;
        Reason = reason;
        Flags = flags;
    }

    /// <summary>True when every step went well.</summary>
    public bool Works { get; }

    /// <summary>One line: the first step that failed and its errno, or what was tried.</summary>
    public string Reason { get; }

    /// <summary>IORING_SETUP_* the ring came up with; 0 when it did not.</summary>
    public uint Flags { get; }

    /// <summary>
    /// Tries it: some milliseconds, at most 100; holds nothing afterwards and never throws. The calling thread must
    /// not own rings that it cannot leave alone meanwhile.
    /// </summary>
    public static RingSupport Probe()
    {
        using RingTrial trial = new();
        string? failure = trial.Run();
        return failure is null
            ? new RingSupport(true, trial.LoopbackDown ? Asked : Tried, trial.Flags)
            : new RingSupport(false, failure, trial.Flags);
    }
}
