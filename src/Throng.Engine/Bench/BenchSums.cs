using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sums of the rounds of one step so far.</summary>
internal sealed class BenchSums(string server, long concurrency, long forNs)
{
    private readonly Histogram _latency = new();
    private readonly Histogram _lag = new();
    private readonly List<double> _echoesPerSecond = [];
    private readonly List<double> _p50Ns = [];
    private readonly long[] _errors = new long[CloseReasons.Count];
    private readonly List<(long SumNs, int Rounds)> _ranks = [];
    private long _exchanges;
    private long _clientUserNs;
    private long _clientSystemNs;
    private long? _serverUserNs;
    private long? _serverSystemNs;

    /// <summary>Takes in a round that is over.</summary>
    /// <param name="releaseNs">When its connections were released.</param>
    public void Add(IReadOnlyList<BenchTally> tallies, long releaseNs, BenchCpu cpu)
    {
        Histogram latency = new();
        long lastNs = 0;
        long exchanges = 0;
        long inTime = 0;
        foreach (BenchTally tally in tallies)
        {
            latency.Add(tally.Latency);
            _lag.Add(tally.Lag);
            lastNs = Math.Max(lastNs, tally.LastNs);
            exchanges += tally.Exchanges;
            inTime += tally.InTime;
            for (int i = 0; i < _errors.Length; i++)
            {
                _errors[i] += tally.Errors[i];
            }
        }

        _latency.Add(latency);
        _exchanges += exchanges;
        long tookNs = forNs > 0 ? forNs : Math.Max(1, lastNs - releaseNs);
        _echoesPerSecond.Add(exchanges == 0 ? 0 : (forNs > 0 ? inTime : exchanges) * 1e9 / tookNs);
        if (latency.Count > 0)
        {
            _p50Ns.Add(latency.Percentile(50));
        }

        _clientUserNs += cpu.ClientUserNs;
        _clientSystemNs += cpu.ClientSystemNs;
        _serverUserNs = cpu.ServerUserNs is { } userNs ? (_serverUserNs ?? 0) + userNs : _serverUserNs;
        _serverSystemNs = cpu.ServerSystemNs is { } systemNs ? (_serverSystemNs ?? 0) + systemNs : _serverSystemNs;
        AddRanks(tallies);
    }

    public BenchStep ToStep() => new()
    {
        Server = server,
        Concurrency = concurrency,
        Rounds = _echoesPerSecond.Count,
        Exchanges = _exchanges,
        EchoesPerSecond = RoundSpread.From(_echoesPerSecond).Rounded(1), // as the document has it
        P50Ns = RoundSpread.From(_p50Ns),
        Latency = LatencySummary.From(_latency),
        Lag = LatencySummary.From(_lag),
        Errors = ReasonCounts.Of(_errors),
        ServerUserNs = _serverUserNs,
        ServerSystemNs = _serverSystemNs,
        ClientUserNs = _clientUserNs,
        ClientSystemNs = _clientSystemNs,
        MeanUsByRank = [.. _ranks.Select(rank => rank.SumNs / rank.Rounds / 1000)],
    };

    /// <summary>Each worker has its own in order; together they are ordered by when they were done.</summary>
    private void AddRanks(IReadOnlyList<BenchTally> tallies)
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
