using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `bench`.</summary>
public static class BenchRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(BenchSpec bench, RunSpec run)
    {
        bench = bench with { Connections = bench.ConcurrencyMax };
        bool isPart = !run.Share.IsWhole;
        BenchGuide guide = new(bench, isPart);
        if (run.StartAt is { } at)
        {
            guide.Begin(Setup.NsOf(at));
        }

        int workers = 1;
        return LoadRun.Start(
            bench, run,
            new LoadRunSpec((_, _, layout) => Section(bench, guide, isPart, layout))
            {
                KeepsConnections = false,
                KeepsNumber = "a bench chooses what it opens",
                Guide = guide,
                BeforeStart = number => workers = number,
            },
            (targets, _) => new Bench(bench, guide.NewTally(workers), targets));
    }

    private static Section Section(BenchSpec bench, BenchGuide guide, bool isPart, LoadLayout layout)
    {
        Section section = new()
        {
            ["server"] = layout.Server,
            ["mode"] = bench.ForNs > 0 ? "closed loop" : "one message a connection",
            ["message_bytes"] = bench.MessageBytes,
            ["reply_bytes"] = bench.WholeReplyBytes,
        };
        BenchSection.Write(section, guide.Result);
        if (isPart)
        {
            section[BenchSection.Rounds] = guide.Rounds;
        }

        return section;
    }
}
