using System.Globalization;

namespace Throng.Bench;

/// <summary>The machine's memory at one moment, from /proc/meminfo.</summary>
/// <param name="SlabBytes">The kernel's objects: sockets, files, requests.</param>
/// <param name="AvailableBytes">What programs could still have: everything in use is missing from it.</param>
internal readonly record struct KernelMemory(long SlabBytes, long AvailableBytes)
{
    private const long SteadyBytes = 4 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads until two readings in a row agree: what was freed before is given back late.</summary>
    public static KernelMemory Settled(int readingsMax = 120)
    {
        KernelMemory now = Read();
        for (int i = 0; i < readingsMax; i++)
        {
            KernelMemory before = now;
            Thread.Sleep(Pause);
            now = Read();
            if (Math.Abs(now.SlabBytes - before.SlabBytes) < SteadyBytes
                && Math.Abs(now.AvailableBytes - before.AvailableBytes) < SteadyBytes)
            {
                break;
            }
        }

        return now;
    }

    /// <summary>As they are now.</summary>
    public static KernelMemory Read()
    {
        string[] lines = File.ReadAllLines("/proc/meminfo");
        return new KernelMemory(Bytes(lines, "Slab:"), Bytes(lines, "MemAvailable:"));
    }

    private static long Bytes(string[] lines, string label)
    {
        string line = lines.First(one => one.StartsWith(label, StringComparison.Ordinal));
        return long.Parse(line[label.Length..].Replace("kB", ""), CultureInfo.InvariantCulture) * 1024;
    }
}
