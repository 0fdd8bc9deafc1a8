namespace Throng.Measurement;

/// <summary>Sums of the rounds of one step so far.</summary>
public sealed class BenchSums(string server, long concurrency)
{
    private readonly Histogram _latency = new();
    private readonly Histogram _lag = new();
    private readonly List<double> _echoesPerSecond = [];
    private readonly List<double> _p50Ns = [];
    private readonly ReasonCounts _errors = [];
    private long _exchanges;
    private long _clientUserNs;
    private long _clientSystemNs;
    private long? _serverUserNs;
    private long? _serverSystemNs;

    /// <summary>Takes in a round that is over, with its latencies.</summary>
    public void Add(RoundFigures round, Histogram latency, Histogram lag)
    {
        _latency.Add(latency);
        _lag.Add(lag);
        _exchanges += round.Exchanges;
        _echoesPerSecond.Add(round.PerSecond);
        if (latency.Count > 0)
        {
            _p50Ns.Add(latency.Percentile(50));
        }

        foreach (KeyValuePair<string, long> error in round.Errors)
        {
            _errors.Add(error.Key, error.Value);
        }

        _clientUserNs += round.ClientUserNs;
        _clientSystemNs += round.ClientSystemNs;
        _serverUserNs = round.ServerUserNs is { } userNs ? (_serverUserNs ?? 0) + userNs : _serverUserNs;
        _serverSystemNs = round.ServerSystemNs is { } systemNs ? (_serverSystemNs ?? 0) + systemNs : _serverSystemNs;
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
        Errors = CounterMerge.ReasonsOf([_errors]),
        ServerUserNs = _serverUserNs,
        ServerSystemNs = _serverSystemNs,
        ClientUserNs = _clientUserNs,
        ClientSystemNs = _clientSystemNs,
    };
}
