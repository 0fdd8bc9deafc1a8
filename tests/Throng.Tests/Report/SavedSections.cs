using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Documents of `bench`, `saturate` and `monitor --all`, in the form those runs write them.</summary>
internal static class SavedSections
{
    public static RunDocument Bench { get; } = SampleRun.Held with
    {
        Command = "bench",
        Own = new Section
        {
            ["server"] = "remote",
            ["steps"] = Node.ListOf(
                Step("epoll", 1, 12_000.5), Step("uring", 1, 14_000), Step("epoll", 100, 60_000),
                Step("uring", 100, 90_000),
                new Section { ["server"] = "xdp", ["not_run"] = "not permitted" }),
        },
    };

    public static RunDocument Saturate { get; } = SampleRun.Held with
    {
        Command = "saturate",
        Own = new Section
        {
            ["ending"] = "Found",
            ["last_good_per_s"] = 980.5,
            ["first_bad_per_s"] = 1_010,
            ["spread_low_per_s"] = 980.5,
            ["spread_high_per_s"] = 1_010,
            ["cause"] = "path-drop",
            ["evidence"] = "12 of 10,100 connections timed out",
            ["steps"] = Node.ListOf(
                Rate(500, 1_000_000, "good"), Rate(1_010, 3_000_000_000, "success 97.3 %, at least 99.9 %"),
                Rate(980.5, 2_000_000, "disturbed, not counted: good"), Rate(980.5, 1_500_000, "good")),
        },
    };

    public static RunDocument MonitorAll { get; } = SampleRun.Full with
    {
        Command = "monitor",
        Own = new Section
        {
            ["episodes"] = Node.ListOf(Bar(0, 900_000_000, "slow", 3)),
            ["disturbances"] = Node.ListOf(
                Bar(100_000_000, 500_000_000, "slow", 7), Bar(0, 900_000_000, "timeout", 9),
                Bar(700_000_000, 1, "slow", 11)),
        },
    };

    private static Section Step(string server, long concurrency, double echoesPerSecond)
    {
        Histogram latency = new();
        latency.Record(80_000, 99);
        latency.Record(900_000 * concurrency);
        return new Section
        {
            ["server"] = server,
            ["concurrency"] = concurrency,
            ["rounds"] = 3,
            ["exchanges"] = 3 * concurrency,
            ["echoes_per_s"] = echoesPerSecond,
            ["echoes_min_per_s"] = echoesPerSecond * 0.9,
            ["echoes_max_per_s"] = echoesPerSecond * 1.1,
            ["latency_ns"] = LatencySummary.From(latency),
            ["p50_min_ns"] = 70_000.5,
            ["p50_max_ns"] = 90_000,
            ["lag_ns"] = LatencySummary.Empty,
            ["errors"] = new Section { ["reset"] = 2 },
            ["server_cpu_ns"] = Node.Null,
            ["client_cpu_ns"] = new Section { ["user"] = 5, ["system"] = 6 },
            ["not_run"] = Node.Null,
        };
    }

    private static Section Rate(double perSecond, long p99Ns, string verdict) => new()
    {
        ["phase"] = "growth",
        ["rate_per_s"] = perSecond,
        ["due"] = 10_000,
        ["ok"] = verdict == "good" ? 10_000 : 9_730,
        ["life_p50_ns"] = 900_000,
        ["life_p99_ns"] = p99Ns,
        ["busy_max"] = 0.5,
        ["verdict"] = verdict,
    };

    private static Section Bar(long startNs, long durationNs, string cause, long connection) => new()
    {
        ["connection"] = connection,
        ["connections"] = connection,
        ["start_ns"] = startNs,
        ["duration_ns"] = durationNs,
        ["cause"] = cause,
    };
}
