using System.Globalization;
using Throng.Engine;
using Throng.Measurement;

namespace Throng.Bench;

/// <summary>
/// The CPU time that a worker spends on the schedule itself: every part walks its own arrivals, one part after the
/// other, and nothing is sent. What an arrival costs must not grow with the number of parts.
/// </summary>
internal static class ScheduleBench
{
    private const int Workers = 64;
    private const int Hosts = 16;
    private const double RatioMax = 1.1;
    private const double RatePerSecond = 1_000_000;

    /// <summary>Connections of the runs; 0 is a churn, which keeps none.</summary>
    private static readonly long[] Connections = [5, 2_000, 100_000, 0];

    private static readonly int[] Parts = [1, Workers, Workers * Hosts];

    public static int Run(Settings settings)
    {
        int arrivals = settings.Number("arrivals", 20_000_000);
        int rounds = settings.Number("rounds", 5);
        Report report = new("Schedule: what an arrival costs the part it belongs to", settings);
        report.Line($"ns of CPU for an arrival that a part takes, {arrivals:N0} arrivals in all; median");
        report.Line($"(lowest–highest) of {rounds} rounds. The parts are walked one after the other in one thread:");
        report.Line($"1 worker, {Workers} workers, {Hosts} hosts with {Workers} workers each. *To begin* is what");
        report.Line("a part does once, and again at each change of connections.");
        report.Line();
        bool isFlat = true;
        foreach (Arrivals spread in new[] { Arrivals.Poisson, Arrivals.Constant })
        {
            isFlat &= Tell(report, spread, arrivals, rounds);
        }

        report.Write(settings.Text("result", "bench/results/schedule.md"));
        return isFlat ? 0 : 1;
    }

    private static bool Tell(Report report, Arrivals spread, int arrivals, int rounds)
    {
        report.Line($"## {spread}");
        report.Line();
        report.Head(
            "connections", "1 part", $"{Workers} parts", $"{Workers * Hosts:N0} parts", "ratio of medians",
            "wanted", $"to begin, 1 of 1, µs", $"1 of {Workers * Hosts:N0}, µs");
        bool isFlat = true;
        foreach (long connections in Connections)
        {
            List<double>[] costs = [[], [], []];
            List<double>[] begins = [[], [], []];
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < Parts.Length; i++)
                {
                    (double ns, double beginUs) = Walk(spread, connections, Parts[i], arrivals);
                    costs[i].Add(ns);
                    begins[i].Add(beginUs);
                }
            }

            double ratio = Report.Median(costs[^1]) / Report.Median(costs[0]);
            isFlat &= ratio <= RatioMax;
            report.Row(
                [
                    connections == 0 ? "none (churn)" : connections.ToString("N0", CultureInfo.InvariantCulture),
                    .. costs.Select(static one => Report.Spread(one, "0.0")),
                    ratio.ToString("0.00", CultureInfo.InvariantCulture),
                    $"at most {RatioMax.ToString(CultureInfo.InvariantCulture)}",
                    Report.Spread(begins[0], "0"), Report.Spread(begins[^1], "0"),
                ]);
        }

        report.Line();
        return isFlat;
    }

    /// <summary>All parts, each to the same moment.</summary>
    /// <returns>ns an arrival, and µs a part before its first one.</returns>
    private static (double Ns, double BeginUs) Walk(Arrivals spread, long connections, int parts, int arrivals)
    {
        RateProfile profile = RateProfile.Constant(RatePerSecond);
        Schedule schedule = connections == 0
            ? new Schedule(profile, spread, seed: 7)
            : new Schedule(profile, spread, ConnectionPick.Random, seed: 7, connections);
        long untilNs = (long)(arrivals / RatePerSecond * 1e9);
        long walked = 0;
        TimeSpan begin = default;
        TimeSpan walk = default;
        for (int part = 0; part < parts; part++)
        {
            TimeSpan started = Environment.CpuUsage.UserTime;
            OwnArrivals own = new(schedule, part, parts, new ScheduleTally());
            own.Begin(0);
            TimeSpan begun = Environment.CpuUsage.UserTime;
            walked += Count(ref own, untilNs);
            walk += Environment.CpuUsage.UserTime - begun;
            begin += begun - started;
        }

        return (walk.TotalNanoseconds / walked, begin.TotalMicroseconds / parts);
    }

    private static long Count(ref OwnArrivals own, long untilNs)
    {
        long count = 0;
        while (own.NextNs < untilNs)
        {
            SeatArrival due = own.Next();
            count += due.IntendedNs < untilNs ? 1 : 0;
        }

        return count;
    }
}
