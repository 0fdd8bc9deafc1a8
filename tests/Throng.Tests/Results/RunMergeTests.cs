using System.Reflection;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Several runs as one: nothing is lost, nothing counts twice, nothing is averaged.</summary>
public sealed class RunMergeTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void A_merged_latency_is_the_one_that_had_recorded_everything()
    {
        Histogram whole = new();
        NamedRun[] runs = [.. Enumerable.Range(0, 3).Select(run =>
        {
            Histogram part = new();
            Prng random = new((ulong)run + 1);
            for (int i = 0; i < 1_000 * (run + 1); i++)
            {
                long ns = (long)(random.NextDouble() * 1e9 / (1 + (i % 1_000)));
                part.Record(ns);
                whole.Record(ns);
            }

            return new NamedRun($"{run}.json", Query(run) with { Response = LatencySummary.From(part) });
        })];
        LatencySummary expected = LatencySummary.From(whole);
        LatencySummary merged = Saved(Merged(runs)).Response!;
        Assert.Equal(expected.Histogram, merged.Histogram);
        Assert.Equal(expected.MeanNs!.Value, merged.MeanNs!.Value, 2);
        Assert.Equal(expected with { MeanNs = 0 }, merged with { MeanNs = 0 });
    }

    [Fact]
    public void Counts_add_up_and_times_span()
    {
        RunDocument a = Query(0);
        RunDocument b = Query(3) with { EndedBy = "SIGINT" };
        RunDocument merged = Merged(new("a", a), new("b", b));
        Assert.Equal(2 * a.Connections.Opened, merged.Connections.Opened);
        Assert.Equal(2 * a.Connections.Held, merged.Connections.Held);
        Assert.Equal(2 * a.Connections.Closed["reset"], merged.Connections.Closed["reset"]);
        Assert.Equal(2 * a.Messages!.Sent, merged.Messages!.Sent);
        Assert.Equal(2 * a.Connect!.Attempts, merged.Connect!.Attempts);
        Assert.Equal(2 * a.Rate!.OfferedPerSecond, merged.Rate!.OfferedPerSecond);
        Assert.Equal(2 * a.Cpu!.Workers.Count, merged.Cpu!.Workers.Count);
        Assert.Equal(a.Started, merged.Started);
        Assert.Equal(a.DurationNs + (3 * SecondNs), merged.DurationNs);
        Assert.Equal("duration, SIGINT", merged.EndedBy);
        Assert.Empty(Identities.Broken(merged));
        Assert.Equal(a.Memory!.BytesPerConnection, merged.Memory!.BytesPerConnection);
        Assert.Equal(2 * a.Own!["distinct"].Integer, merged.Own!["distinct"].Integer);
        Assert.Equal(2 * 3_000, merged.Own["by_code_ns"].Section["noerror"].Latency.Count);
        Assert.Equal(
            ["a", "b"], merged.Own["servers"].Items.Select(item => item.Section["source"].Text));
    }

    /// <summary>A count that is added to the figures and forgotten here fails.</summary>
    [Fact]
    public void Every_count_of_packets_adds_up()
    {
        PacketFigures figures = new() { Interface = "eth1", Mode = "copy", XdpMode = "native", RxFullQueue = 1 };
        PropertyInfo[] counts =
            [.. typeof(PacketFigures).GetProperties().Where(one => one.PropertyType == typeof(long))];
        foreach ((PropertyInfo count, int at) in counts.Select((count, at) => (count, at)))
        {
            count.SetValue(figures, at + 1L);
        }

        PacketFigures merged = Merged(
            new("a", Query(0) with { Packets = figures }), new("b", Query(3) with { Packets = figures })).Packets!;
        Assert.Equal(("eth1", "copy", "native"), (merged.Interface, merged.Mode, merged.XdpMode));
        Assert.Null(merged.RxFullQueue);
        Assert.True(counts.Length > 15);
        Assert.All(counts, count => Assert.Equal(2 * (long)count.GetValue(figures)!, (long)count.GetValue(merged)!));
    }

    [Fact]
    public void Parts_of_one_plan_are_joined_step_by_step_and_are_no_part_any_more()
    {
        RunDocument merged = Merged(new("a", Part("1/2", 10)), new("b", Part("2/2", 12)));
        Section step = Assert.Single(merged.Own!["steps"].Items).Section;
        Assert.Equal(22, step["due"].Integer);
        Assert.Equal(50, step["rate_per_s"].Real);
        Assert.Equal(NodeKind.Null, merged.Options["share"].Kind);
        Assert.DoesNotContain(merged.Verdict.Findings, finding => finding.Rule == "parts-missing");
        Assert.Equal(["1/2", "2/2"], merged.Sources.Select(source => source.Options["share"].Text));
    }

    [Fact]
    public void A_part_that_is_missing_is_said()
    {
        RunDocument merged = Merged(new("a", Part("1/3", 10)), new("b", Part("3/3", 12)));
        Finding finding = merged.Verdict.Findings.Single(one => one.Rule == "parts-missing");
        Assert.Equal("the merged runs are not the whole plan: of its 3 parts part 2 is missing", finding.Text);
    }

    [Theory]
    [InlineData("1/2", 7, "1/2", 7, "b and a are both part 1 of 2: it would count twice")]
    [InlineData("1/2", 7, "2/2", 8, "b is a part of another plan than a: the number of parts and the seed are the "
        + "same in all of one")]
    [InlineData("1/2", 7, "2/3", 7, "b is a part of another plan than a: the number of parts and the seed are the "
        + "same in all of one")]
    [InlineData("1/2", 7, null, 7, "a is part 1 of 2 of a plan and b is none: parts are merged with parts")]
    public void What_is_not_one_plan_is_refused(string? one, int seed, string? other, int otherSeed, string error)
    {
        NamedRun[] runs = [new("a", Part(one, 10, seed)), new("b", Part(other, 11, otherSeed))];
        Assert.False(RunMerge.TryMerge(runs, out _, out IReadOnlyList<string> errors));
        Assert.Contains(error, errors);
    }

    [Fact]
    public void A_rate_of_an_older_version_is_meant_as_today_before_it_is_added()
    {
        RunDocument old = Query(0) with { Meanings = Meanings.First };
        RunDocument merged = Merged(new("a", old), new("b", Query(3)));
        double answered = old.Rate!.OfferedPerSecond * old.Messages!.Answered / old.Messages.Offered;
        Assert.NotEqual(old.Rate.AchievedPerSecond, answered);

        // The newer one as the older is meant: with what was answered in the drain.
        RunDocument newer = Query(3);
        double inDrain = newer.Rate!.OfferedPerSecond * newer.Messages!.AnsweredInDrain / newer.Messages.Offered;
        Assert.NotEqual(0, inDrain);
        Assert.Equal(answered + newer.Rate.AchievedPerSecond + inDrain, merged.Rate!.AchievedPerSecond, 6);
        Assert.Equal(Meanings.AchievedIsAnswered, merged.Meanings);
    }

    [Fact]
    public void Different_targets_are_a_finding_of_the_document()
    {
        static RunDocument At(int seed, params string[] targets) => Query(seed) with
        {
            Options = new Section { ["seed"] = seed, ["target"] = Node.ListOf(targets) },
        };
        RunDocument merged = Merged(new("a", At(0, "10.0.0.1:53")), new("b", At(3, "10.0.0.2:53", "10.0.0.3:53")));
        Finding finding = Assert.Single(merged.Verdict.Findings, one => one.Rule == "sources-differ");
        Assert.Equal("10.0.0.1:53 in a, 10.0.0.2:53 and 10.0.0.3:53 in b", finding.Evidence);
        RunDocument same = Merged(new("a", At(0, "10.0.0.1:53")), new("b", At(3, "10.0.0.1:53")));
        Assert.DoesNotContain(same.Verdict.Findings, one => one.Rule == "sources-differ");
    }

    [Fact]
    public void Whatever_a_source_says_keeps_its_name()
    {
        RunDocument merged = Saved(Merged(new("a", Query(0)), new("b", Query(3))));
        Assert.Equal(2 * Query(0).Verdict.Findings.Count, merged.Verdict.Findings.Count);
        Assert.Equal(["a", "b"], merged.Verdict.Findings.Select(finding => finding.Source).Distinct().Order());
        Assert.Equal(["a", "a", "a", "b", "b", "b"], merged.Thresholds.Select(outcome => outcome.Source));
        Assert.Equal([("a", 4 * SecondNs), ("b", 7 * SecondNs)], merged.Events.Select(one => (one.Source, one.TimeNs)));
        Assert.Equal(["a", "b"], merged.Sources.Select(source => source.Name));
        Assert.Equal(Query(0).Series, merged.Sources[1].Series);
        Assert.Equal(4, merged.Sources[1].Options["seed"].Integer);
        Assert.All(SavedRuns.Views(merged), Assert.NotEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(0.37)]
    public void No_interval_loses_a_count_wherever_it_is_cut(double offsetSeconds)
    {
        RunDocument merged = Merged(new("a", Query(0)), new("b", Query(offsetSeconds, jitterNs: 7_654_321)));
        IReadOnlyList<SeriesPoint> series = merged.Series;
        Assert.Equal(4 * 200_000, series.Sum(point => point.Offered));
        Assert.Equal(4 * 25_587_200L, series.Sum(point => point.BytesReceived));
        Assert.Equal(series[^1].TimeNs, series.Sum(point => point.IntervalNs));
        Assert.Equal(series.Max(point => point.Open), offsetSeconds < 2 ? 2 * 1_990 : 1_990);
        Assert.All(series, point => Assert.InRange(point.IntervalNs, SecondNs / 2, SecondNs * 3 / 2));
    }

    [Fact]
    public void A_part_that_only_one_has_stays()
    {
        RunDocument merged = Merged(
            new("a", Query(0) with { Lag = null, Tcp = null }), new("b", Query(3) with { Service = null }));
        Assert.Equal(4_000, merged.Lag!.Count);
        Assert.Equal(4_000, merged.Service!.Count);
        Assert.Equal(44, merged.Tcp!.Retransmits);
    }

    [Fact]
    public void What_is_merged_can_be_merged_again()
    {
        RunDocument two = Saved(Merged(new("a", Query(0)), new("b", Query(3))));
        RunDocument three = Merged(new("two", two), new("c", Query(5)));
        Assert.Equal(["a", "b", "c"], three.Sources.Select(source => source.Name));
        Assert.Equal(3 * Query(0).Messages!.Sent, three.Messages!.Sent);
        Assert.Equal(["a", "b", "c"], three.Events.Select(happened => happened.Source));
    }

    [Fact]
    public void What_cannot_be_one_is_refused_with_its_names()
    {
        Assert.Equal(
            ["b is a run of hold and a of query: only runs of one command become one"],
            Refusals(new("a", Query(0)), new("b", SampleRun.Held)));
        Assert.Equal(
            ["b is the same run as a: it would count twice"], Refusals(new("a", Query(0)), new("b", Query(0))));
        RunDocument bench = SampleRun.Held with { Command = "bench" };
        Assert.Equal(2, Refusals(new("a", bench), new("b", bench with { DurationNs = 1 })).Count(
            line => line.Contains("whose steps follow from one another", StringComparison.Ordinal)));
        RunDocument broken = Query(3) with { Connections = Query(3).Connections with { Opened = 1 } };
        Assert.StartsWith(
            "b does not add up: opened = 1 but open + closed = 2002",
            Refusals(new("a", Query(0)), new("b", broken))[0], StringComparison.Ordinal);
        RunDocument damaged = Query(3) with { Lag = Query(3).Lag! with { Count = 5 } };
        Assert.Equal(
            ["b: the histogram of lag holds 4000 samples where the summary says 5"],
            Refusals(new("a", Query(0)), new("b", damaged)));
    }

    [Fact]
    public void A_section_of_monitor_is_joined_as_its_metrics_say()
    {
        RunDocument a = SavedRuns.Read(SavedRuns.Monitor);
        RunDocument b = a with { Started = a.Started.AddSeconds(10) };
        RunDocument merged = Merged(new("a", a), new("b", b));
        foreach (string name in (string[])["monitor.lasting", "monitor.lost", "monitor.new.ok"])
        {
            Assert.Equal(2 * Metrics.Value(a, name), Metrics.Value(merged, name));
        }

        Assert.Equal(Metrics.Value(a, "monitor.silent"), Metrics.Value(merged, "monitor.silent"));
        double success = Metrics.Value(a, "monitor.new.success")!.Value;
        Assert.Equal(success, Metrics.Value(merged, "monitor.new.success")!.Value, 9);
        Assert.Equal(Metrics.Value(a, "monitor.episode.max"), Metrics.Value(merged, "monitor.episode.max"));
        IReadOnlyList<Node> episodes = merged.Own!["episodes"].Items;
        IReadOnlyList<Node> before = a.Own!["episodes"].Items;
        Assert.Equal(2 * before.Count, episodes.Count);
        Assert.Equal(
            before[0].Section["start_ns"].Integer + (10 * SecondNs),
            episodes[before.Count].Section["start_ns"].Integer);
        Assert.All(SavedRuns.Views(merged), Assert.NotEmpty);
    }

    private static RunDocument Part(string? share, int due, int seed = 7) => Query(due) with
    {
        Options = new Section { ["seed"] = seed, ["share"] = share is null ? Node.Null : share },
        Own = new Section
        {
            ["steps"] = Node.ListOf(new Section { ["rate_per_s"] = 50.0, ["from_ns"] = 0, ["due"] = due }),
        },
    };

    /// <summary>A run that begins so long after the first; what has no seed of its own gets one.</summary>
    private static RunDocument Query(double offsetSeconds, long jitterNs = 0)
    {
        RunDocument full = SampleRun.Full;
        return full with
        {
            Started = full.Started.AddSeconds(offsetSeconds),
            DurationNs = full.DurationNs + jitterNs,
            Options = new Section { ["connections"] = 2_000, ["seed"] = (long)offsetSeconds + 1 },
            Series = [.. full.Series.Select((point, at) => point with
            {
                TimeNs = point.TimeNs + ((at + 1) * jitterNs), IntervalNs = point.IntervalNs + jitterNs,
            })],
        };
    }

    private static RunDocument Merged(params NamedRun[] runs)
    {
        Assert.True(RunMerge.TryMerge(runs, out RunDocument? merged, out IReadOnlyList<string> errors),
            string.Join('\n', errors));
        return merged;
    }

    private static RunDocument Saved(RunDocument run) => SavedRuns.Read(SavedRuns.Written(run));

    private static IReadOnlyList<string> Refusals(params NamedRun[] runs)
    {
        Assert.False(RunMerge.TryMerge(runs, out _, out IReadOnlyList<string> errors));
        return errors;
    }
}
