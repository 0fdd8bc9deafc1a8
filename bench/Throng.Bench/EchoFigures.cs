using System.Globalization;

namespace Throng.Bench;

/// <summary>What a server occupies at one moment, and the machine with it.</summary>
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

/// <summary>One engine under lasting load: what it echoed and what that cost the server's process.</summary>
internal sealed record EchoLoad(string Engine, long Echoes, double PerSecond, CpuTime Server)
{
    public double UserUs => Server.UserNs / 1e3 / Echoes;

    public double SystemUs => (Server.TotalNs - Server.UserNs) / 1e3 / Echoes;
}

/// <summary>One engine before and after many short connections.</summary>
internal sealed record EchoChurn(string Engine, long Ended, long Due, EchoFootprint Before, EchoFootprint After);

/// <summary>One engine with many connections held.</summary>
internal sealed record EchoHeld(string Engine, long Held, long SlabBytes)
{
    public double SlabEach => (double)SlabBytes / Held;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Engine}: {Held:N0} held, {SlabEach:N0} B of slab each");
}
