using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Rounds that are over: their sums by step, and each of them where a part of a plan tells them.</summary>
/// <param name="keepsEach">Whether each round is kept, to be added to the same one of other parts.</param>
internal sealed class BenchRoundSums(long forNs, bool keepsEach)
{
    private readonly Dictionary<(int Step, int Server), (BenchSums Sums, BenchRanks Ranks)> _steps = [];
    private readonly List<RoundFigures> _each = [];
    private readonly List<Node> _told = [];

    /// <summary>The rounds of a part as its document has them.</summary>
    public Node Told => Node.ListOf(_told, static round => round);

    public IReadOnlyList<BenchStep> Steps =>
        [.. _steps.Values.Select(static one => one.Sums.ToStep() with { MeanUsByRank = one.Ranks.MeanUs })];

    public IReadOnlyList<RoundFigures> Each => [.. _each];

    public int Missed { get; private set; }

    /// <summary>Takes in a round that is over.</summary>
    /// <param name="round">Which one it was.</param>
    /// <param name="figures">Its number, server and connections.</param>
    /// <param name="releaseNs">When its connections were released.</param>
    public void Add(
        BenchRound round, RoundFigures figures, IReadOnlyList<BenchTally> tallies, long releaseNs, BenchCpu cpu)
    {
        Histogram latency = new();
        Histogram lag = new();
        long[] errors = new long[CloseReasons.Count];
        foreach (BenchTally tally in tallies)
        {
            latency.Add(tally.Latency);
            lag.Add(tally.Lag);
            for (int i = 0; i < errors.Length; i++)
            {
                errors[i] += tally.Errors[i];
            }
        }

        long exchanges = tallies.Sum(static tally => tally.Exchanges);
        long lastNs = tallies.Max(static tally => tally.LastNs);
        figures = figures with
        {
            Exchanges = exchanges,
            Counted = forNs > 0 ? tallies.Sum(static tally => tally.InTime) : exchanges,
            TookNs = forNs > 0 ? forNs : Math.Max(0, lastNs - releaseNs),
            Errors = ReasonCounts.Of(errors),
            ClientUserNs = cpu.ClientUserNs,
            ClientSystemNs = cpu.ClientSystemNs,
            ServerUserNs = cpu.ServerUserNs,
            ServerSystemNs = cpu.ServerSystemNs,
        };
        if (!_steps.TryGetValue((round.Step, round.Server), out (BenchSums Sums, BenchRanks Ranks) step))
        {
            step = (new BenchSums(figures.Server, figures.Concurrency), new BenchRanks());
            _steps.Add((round.Step, round.Server), step);
        }

        step.Sums.Add(figures, latency, lag);
        step.Ranks.Add(tallies);
        if (keepsEach)
        {
            Keep(figures with { Latency = LatencySummary.From(latency), Lag = LatencySummary.From(lag) });
        }
    }

    /// <summary>Notes a round whose moment passed before it could begin.</summary>
    public void Miss(RoundFigures figures)
    {
        Missed++;
        if (keepsEach)
        {
            Keep(figures with { IsMissed = true });
        }
    }

    private void Keep(RoundFigures figures)
    {
        _each.Add(figures);
        _told.Add(figures.ToSection());
    }
}

/// <summary>How long each connection of a step took, by the order in which they came to their end.</summary>
internal sealed class BenchRanks
{
    private readonly List<(long SumNs, int Rounds)> _ranks = [];

    /// <summary>Means of the rounds.</summary>
    public IReadOnlyList<long> MeanUs => [.. _ranks.Select(static rank => rank.SumNs / rank.Rounds / 1000)];

    /// <summary>Each worker has its own in order; together they are ordered by when they were done.</summary>
    public void Add(IReadOnlyList<BenchTally> tallies)
    {
        int total = tallies.Sum(tally => tally.Ranks);
        long[] doneNs = new long[total];
        long[] tookNs = new long[total];
        int at = 0;
        foreach (BenchTally tally in tallies)
        {
            Array.Copy(tally.DoneNs, 0, doneNs, at, tally.Ranks);
            Array.Copy(tally.TookNs, 0, tookNs, at, tally.Ranks);
            at += tally.Ranks;
        }

        Array.Sort(doneNs, tookNs);
        for (int rank = 0; rank < total; rank++)
        {
            if (rank == _ranks.Count)
            {
                _ranks.Add(default);
            }

            _ranks[rank] = (_ranks[rank].SumNs + tookNs[rank], _ranks[rank].Rounds + 1);
        }
    }
}

/// <summary>CPU times, or how much of them a round took.</summary>
internal readonly record struct BenchCpu(
    long ClientUserNs, long ClientSystemNs, long? ServerUserNs, long? ServerSystemNs)
{
    public static BenchCpu Read(WorkerGroup group, int? processId)
    {
        long userNs = 0;
        long systemNs = 0;
        foreach (Worker worker in group.Workers)
        {
            worker.ReadTimes();
            userNs += worker.Times.UserNs;
            systemNs += worker.Times.SystemNs;
        }

        bool isKnown = ThreadTimes.TryReadProcess(processId ?? 0, out ThreadTimes server);
        return new BenchCpu(userNs, systemNs, isKnown ? server.UserNs : null, isKnown ? server.SystemNs : null);
    }

    public BenchCpu Since(BenchCpu before) => new(
        ClientUserNs - before.ClientUserNs,
        ClientSystemNs - before.ClientSystemNs,
        ServerUserNs - before.ServerUserNs,
        ServerSystemNs - before.ServerSystemNs);
}
