namespace Throng.Bench;

/// <summary>What one process has used until a moment, and occupies then.</summary>
/// <param name="CpuNs">By the scheduler's clock.</param>
/// <param name="Ticks">The same in steps of 10 ms, which alone tell user from system.</param>
internal readonly record struct ProcessState(long CpuNs, CpuTime Ticks, long ResidentBytes)
{
    /// <summary>The share of the CPU time spent in user space; too coarse below a second of it.</summary>
    public double UserShare => Ticks.TotalNs > 0 ? Math.Clamp((double)Ticks.UserNs / Ticks.TotalNs, 0, 1) : 0;

    public static ProcessState Of(int processId) => new(
        ProcessFigures.ExactNs(processId),
        ProcessFigures.OfAll(processId),
        ProcessFigures.Bytes(processId, "VmRSS"));

    public static ProcessState operator -(ProcessState a, ProcessState b) =>
        new(a.CpuNs - b.CpuNs, a.Ticks - b.Ticks, a.ResidentBytes - b.ResidentBytes);
}
