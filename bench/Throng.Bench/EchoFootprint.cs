namespace Throng.Bench;

/// <summary>Memory that a server and its machine occupy at one moment.</summary>
/// <param name="Descriptors">In all tables of the process.</param>
/// <param name="MapBytes">Its BPF maps with what is in them, as the kernel accounts for them.</param>
/// <param name="SlabBytes">The kernel's objects, of the whole machine.</param>
internal readonly record struct EchoFootprint(long ResidentBytes, int Descriptors, long MapBytes, long SlabBytes)
{
    public static EchoFootprint Of(int processId) => new(
        ProcessFigures.Bytes(processId, "VmRSS"),
        ProcessFigures.Descriptors(processId),
        ProcessFigures.MapBytes(processId),
        KernelMemory.Settled(readingsMax: 20).SlabBytes);
}
