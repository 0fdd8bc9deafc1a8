using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The steps of a bench as a table of fixed units, a row for each server at each number of connections, and below it
/// the servers that could not be started.
/// </summary>
internal static class BenchTable
{
    /// <summary>CPU time comes in steps of 10 ms: below this it does not tell what an echo costs.</summary>
    private const long TellsCpuNs = 100_000_000;

    private const string Unknown = "-";
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static IEnumerable<string> Lines(BenchResult bench) =>
        TextTable.Lines(Columns(bench), 0).Concat(Notes(bench));

    /// <summary>The heading first in each; the first one is words.</summary>
    public static IReadOnlyList<string[]> Columns(BenchResult bench)
    {
        IReadOnlyList<BenchStep> steps = bench.Steps;
        List<string[]> columns =
        [
            Column(steps, "server", static step => step.Server),
            Column(steps, "at once", static step => Units.Count(step.Concurrency)),
            Column(steps, "echoes/s", static step => Rate(step, step.EchoesPerSecond.Median)),
            Column(steps, "min", static step => Rate(step, step.EchoesPerSecond.Min)),
            Column(steps, "max", static step => Rate(step, step.EchoesPerSecond.Max)),
        ];
        if (steps.Any(step => bench.RatioOf(step) is not null))
        {
            columns.Add(Column(steps, "ratio", step => bench.RatioOf(step)?.ToString("0.00", Plain) ?? Unknown));
        }

        columns.Add(Column(steps, "p50 us", static step => Microseconds(step.Latency.P50Ns)));
        columns.Add(Column(steps, "p99 us", static step => Microseconds(step.Latency.P99Ns)));
        columns.Add(Column(steps, "max us", static step => Microseconds(step.Latency.MaxNs)));
        if (steps.Any(TellsCpu))
        {
            if (steps.Any(static step => step.ServerUserNs is not null))
            {
                columns.Add(Column(steps, "server user", static step => Each(step, step.ServerUserNs)));
                columns.Add(Column(steps, "system", static step => Each(step, step.ServerSystemNs)));
            }

            columns.Add(Column(steps, "client", static step => Each(step, step.ClientUserNs + step.ClientSystemNs)));
        }

        if (steps.Any(static step => step.Errors.Total > 0))
        {
            columns.Add(Column(steps, "errors", static step => step.Errors.ToString()));
        }

        return columns;
    }

    /// <summary>Notes below the table, a line each.</summary>
    public static IEnumerable<string> Notes(BenchResult bench)
    {
        if (bench.Steps.Any(TellsCpu))
        {
            yield return "(echoes/s: median, min and max of the rounds; server and client: CPU us an echo)";
        }

        if (bench.Steps.Count > 1 && bench.Steps.Any(static step => step.Latency.Count > 0))
        {
            yield return "(all steps: every server and step together; echoes rate and latency: the first server with "
                + "the most at once)";
        }

        foreach (KeyValuePair<string, string> missing in bench.Missing)
        {
            yield return $"{missing.Key}: {missing.Value}";
        }
    }

    private static string[] Column(IReadOnlyList<BenchStep> steps, string heading, Func<BenchStep, string> cell) =>
        [heading, .. steps.Select(cell)];

    private static bool TellsCpu(BenchStep step) => step.ClientUserNs + step.ClientSystemNs >= TellsCpuNs;

    private static string Rate(BenchStep step, double perSecond) =>
        step.Rounds == 0 ? Unknown : perSecond.ToString("N0", Plain);

    private static string Microseconds(long? ns) => ns is { } known ? (known / 1e3).ToString("N0", Plain) : Unknown;

    private static string Each(BenchStep step, long? ns) => ns is { } known && TellsCpu(step) && step.Exchanges > 0
        ? (known / 1e3 / step.Exchanges).ToString("0.0", Plain)
        : Unknown;
}
