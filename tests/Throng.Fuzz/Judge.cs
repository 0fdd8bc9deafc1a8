using System.Diagnostics;

namespace Throng.Fuzz;

/// <summary>Judges what a target makes of an input: no exception, little time, little memory.</summary>
public static class Judge
{
    /// <summary>Memory that reading one input may allocate.</summary>
    public const long AllocatedBytesMax = 64 << 20;

    /// <summary>How often an input that took long is tried again: the machine may have been busy.</summary>
    private const int TriesMax = 5;

    /// <summary>Time that reading one input may take.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Null where the property holds.</summary>
    public static Fault? Try(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        TimeSpan took = TimeSpan.MaxValue;
        for (int tries = 0; tries < TriesMax && took > TimeMax; tries++)
        {
            if (TryOnce(target, input, out took) is { } fault)
            {
                return fault;
            }
        }

        return took <= TimeMax ? null : new Fault("slow", $"took {took.TotalMilliseconds:F0} ms");
    }

    private static Fault? TryOnce(FuzzTarget target, ReadOnlySpan<byte> input, out TimeSpan took)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        try
        {
            target.Read(input);
        }
        catch (Exception thrown)
        {
            took = default;
            return new Fault(KindOf(thrown), thrown.ToString());
        }

        took = Stopwatch.GetElapsedTime(started);
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
