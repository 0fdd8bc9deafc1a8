using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Leads all workers through the rounds of a bench together: open, release, close. Each order is given when every
/// worker has done the one before, so that what was counted is read while nobody counts. Where rounds have a timetable,
/// one that is not open by its moment is left out, so that the next ones are in time.
/// </summary>
/// <param name="isPart">Whether this is a part of a plan: it tells each of its rounds.</param>
internal sealed class BenchGuide(BenchSpec spec, bool isPart = false) : IGuide
{
    /// <summary>From the order to the release: every worker has heard of it by then.</summary>
    private const long ReleaseLeadNs = 20 * Ns.Millisecond;

    /// <summary>How long before its told moment a round is ordered at most: CPU times count from there.</summary>
    private const long ReleaseLeadMaxNs = 50 * Ns.Millisecond;

    private readonly List<BenchTally> _tallies = [];
    private readonly IReadOnlyList<BenchRound> _rounds = spec.AllRounds();
    private readonly BenchRoundSums _done = new(spec.ForNs, isPart);
    private BenchTimetable? _timetable;
    private BenchCpu _before;
    private WorkerMessageKind _last;
    private int _round;
    private long _releaseNs;

    public bool IsOver { get; private set; }

    public string OverBy => RunStates.Rounds;

    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(5);

    public BenchResult Result => new(
        _done.Steps, [.. spec.Missing.Select(one => new KeyValuePair<string, string>(one.Name, one.Reason))])
    {
        Rounds = _done.Each, RoundsMissed = spec.EveryNs > 0 ? _done.Missed : null,
    };

    IOwnResult IGuide.Result => Result;

    /// <summary>The rounds of a part as its document has them.</summary>
    public Node Rounds => _done.Told;

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

    public void Begin(long atNs) =>
        _timetable = spec.EveryNs > 0 ? new BenchTimetable(atNs, spec.EveryNs, spec.ForNs) : null;

    public WorkerMessage? Next(WorkerGroup group)
    {
        if (spec.EveryNs > 0 && _timetable is null)
        {
            Begin(Clock.NowNs());
        }

        switch (_last)
        {
            case WorkerMessageKind.None:
            case WorkerMessageKind.Dismiss when _tallies.All(tally => Volatile.Read(ref tally.ClosedRound) == _round):
                return Begin();

            case WorkerMessageKind.Assemble when _tallies.All(tally => Volatile.Read(ref tally.OpenedRound) == _round):
                return Release(group);

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

        int next = _timetable?.NextRound(_round + 1, _rounds.Count, Clock.NowNs(), ReleaseLeadNs) ?? _round + 1;
        while (++_round < next)
        {
            Miss();
        }

        if (_round > _rounds.Count)
        {
            _round = _rounds.Count;
            IsOver = true;
            return null;
        }

        return Order(WorkerMessageKind.Assemble, _round);
    }

    private WorkerMessage? Release(WorkerGroup group)
    {
        long nowNs = Clock.NowNs();
        long releaseNs = _timetable?.ReleaseNs(_round) ?? nowNs + ReleaseLeadNs;
        if (releaseNs - nowNs > ReleaseLeadMaxNs)
        {
            return null; // it is not time yet
        }

        if (releaseNs - nowNs < ReleaseLeadNs)
        {
            Miss();
            return Order(WorkerMessageKind.Dismiss, 0);
        }

        _before = BenchCpu.Read(group, ProcessId);
        _releaseNs = releaseNs;
        return Order(WorkerMessageKind.Release, releaseNs);
    }

    private void Miss()
    {
        if (Round.Counts)
        {
            _done.Miss(Told);
        }
    }

    private void Conclude(WorkerGroup group)
    {
        if (!Round.Counts)
        {
            return;
        }

        _done.Add(Round, Told, _tallies, _releaseNs, BenchCpu.Read(group, ProcessId).Since(_before));
    }

    /// <summary>The round that is under way, as results know it.</summary>
    private RoundFigures Told => new() { Number = _round, Server = Name, Concurrency = Round.Connections };

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
