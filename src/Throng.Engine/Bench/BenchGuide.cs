using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Leads all workers through the rounds of a bench together: open, release, close. Each order is given when every
/// worker has done the one before, so that what was counted is read while nobody counts.
/// </summary>
internal sealed class BenchGuide(BenchSpec spec) : IGuide
{
    /// <summary>From the order to the release: every worker has heard of it by then.</summary>
    private const long ReleaseLeadNs = 20 * Ns.Millisecond;

    private readonly List<BenchTally> _tallies = [];
    private readonly IReadOnlyList<BenchRound> _rounds = spec.AllRounds();
    private readonly Dictionary<(int Step, int Server), BenchSums> _sums = [];
    private BenchCpu _before;
    private WorkerMessageKind _last;
    private int _round;
    private long _releaseNs;

    public bool IsOver { get; private set; }

    public string OverBy => RunStates.Rounds;

    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(5);

    public BenchResult Result => new(
        [.. _sums.Values.Select(sums => sums.ToStep())],
        [.. spec.Missing.Select(one => new KeyValuePair<string, string>(one.Name, one.Reason))]);

    IOwnResult IGuide.Result => Result;

    public string Doing => _round == 0 ? ""
        : $"{Name}, {Units.Several(Round.Connections, "connections")}, {(Round.Counts ? "" : "warm-up, ")}round "
            + $"{Units.Count(_round)} of {Units.Count(_rounds.Count)}";

    public double? Done => _round == 0 ? 0 : (_round - 1.0) / _rounds.Count;

    /// <summary>Makes the tally that a worker counts in; any thread, before the run begins.</summary>
    public BenchTally NewTally(int workers)
    {
        long most = spec.KeepsRanks ? spec.ConcurrencyMax : 0;
        BenchTally tally = new((int)((most + workers - 1) / workers));
        lock (_tallies)
        {
            _tallies.Add(tally);
        }

        return tally;
    }

    public WorkerMessage? Next(WorkerGroup group)
    {
        switch (_last)
        {
            case WorkerMessageKind.None:
            case WorkerMessageKind.Dismiss when _tallies.All(tally => Volatile.Read(ref tally.ClosedRound) == _round):
                return Begin();

            case WorkerMessageKind.Assemble when _tallies.All(tally => Volatile.Read(ref tally.OpenedRound) == _round):
                _before = BenchCpu.Read(group, ProcessId);
                _releaseNs = Clock.NowNs() + ReleaseLeadNs;
                return Order(WorkerMessageKind.Release, _releaseNs);

            case WorkerMessageKind.Release when _tallies.All(tally => Volatile.Read(ref tally.AnsweredRound) == _round):
                Conclude(group);
                return Order(WorkerMessageKind.Dismiss, 0);

            default:
                return null;
        }
    }

    private BenchRound Round => _rounds[_round - 1];

    private int? ProcessId => spec.Servers.Count == 0 ? null : spec.Servers[Round.Server].ProcessId;

    private WorkerMessage? Begin()
    {
        if (_round == _rounds.Count)
        {
            IsOver = true;
            return null;
        }

        _round++;
        return Order(WorkerMessageKind.Assemble, _round);
    }

    private void Conclude(WorkerGroup group)
    {
        if (!Round.Counts)
        {
            return;
        }

        (int Step, int Server) key = (Round.Step, Round.Server);
        if (!_sums.TryGetValue(key, out BenchSums? sums))
        {
            sums = new BenchSums(Name, Round.Connections, spec.ForNs);
            _sums.Add(key, sums);
        }

        sums.Add(_tallies, _releaseNs, BenchCpu.Read(group, ProcessId).Since(_before));
    }

    private string Name => spec.Servers.Count > 0 ? spec.Servers[Round.Server].Name
        : spec.Targets.Count == 0 ? "own"
        : spec.Targets.Count == 1 ? spec.Targets[0].ToString()
        : $"{spec.Targets[0]} and {spec.Targets.Count - 1} more";

    private WorkerMessage Order(WorkerMessageKind kind, long value)
    {
        _last = kind;
        return new WorkerMessage(kind, value);
    }
}
