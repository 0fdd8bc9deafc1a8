using Throng.Linux;

namespace Throng.Fuzz;

/// <summary>
/// Judges what a target makes of an input: no exception, little time of the CPU, little memory.
/// </summary>
public static class Judge
{
    /// <summary>Memory that reading one input may allocate.</summary>
    public const long AllocatedBytesMax = 64 << 20;

    /// <summary>CPU time that reading one input may take. A busy machine has no part in it.</summary>
    public const long TimeMaxNs = 100_000_000;

    /// <summary>How often an input that took long is tried again: code is compiled the first times.</summary>
    private const int TriesMax = 5;

    /// <summary>Null where the property holds.</summary>
    public static Fault? Try(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        long tookNs = long.MaxValue;
        for (int tries = 0; tries < TriesMax && tookNs > TimeMaxNs; tries++)
        {
            if (TryOnce(target, input, out tookNs) is { } fault)
            {
                return fault;
            }
        }

        return tookNs <= TimeMaxNs ? null : new Fault("slow", $"took {tookNs / 1_000_000} ms");
    }

    private static Fault? TryOnce(FuzzTarget target, ReadOnlySpan<byte> input, out long tookNs)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long startedNs = Clock.ThreadCpuNs();
        try
        {
            target.Read(input);
        }
        catch (Exception thrown)
        {
            tookNs = 0;
            string detail = thrown is PropertyException property ? property.Detail + "\n" : "";
            return new Fault(KindOf(thrown), detail + thrown);
        }

        tookNs = Clock.ThreadCpuNs() - startedNs;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return allocated <= AllocatedBytesMax
            ? null
            : new Fault("memory", $"allocated {allocated:N0} bytes");
    }

    /// <summary>The exception and the method of the program that it came out of.</summary>
    private static string KindOf(Exception thrown)
    {
        string[] frames = (thrown.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries);
        string? frame = frames.FirstOrDefault(one => one.StartsWith("at Throng.", StringComparison.Ordinal)
            && !one.Contains("Throng.Fuzz.Property", StringComparison.Ordinal));
        string method = frame is null ? "" : frame["at ".Length..frame.IndexOf('(')];
        return thrown is PropertyException ? $"{method}: {thrown.Message}" : $"{thrown.GetType().Name} in {method}";
    }
}
