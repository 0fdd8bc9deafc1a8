namespace Throng.Bench;

/// <summary>
/// Resources that one process has used until a moment, and occupies then. Threads that have ended count too, which they
/// do not in the finer figures of each thread.
/// </summary>
internal readonly record struct ProcessState(CpuTime Cpu, long ResidentBytes)
{
    public long CpuNs => Cpu.TotalNs;

    /// <summary>The share of the CPU time spent in user space; too coarse below a second of it.</summary>
    public double UserShare => CpuNs > 0 ? Math.Clamp((double)Cpu.UserNs / CpuNs, 0, 1) : 0;

    public static ProcessState Of(int processId) =>
        new(ProcessFigures.OfAll(processId), ProcessFigures.Bytes(processId, "VmRSS"));

    public static ProcessState operator -(ProcessState a, ProcessState b) =>
        new(a.Cpu - b.Cpu, a.ResidentBytes - b.ResidentBytes);
}
