using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Leads all workers through the rounds of a search: hands out the lanes that it asks for, ends a round early when the
/// search knows enough, and tells it what became of them. Further searches may follow: with half-closed connections,
/// and, once it is known when silence is forgotten, for the interval of keepalive.
/// </summary>
internal sealed class IdleGuide(IdleSpec spec) : IGuide
{
    /// <summary>How much longer than what is forgotten lanes with keepalive last.</summary>
    private const double KeepaliveLasts = 1.5;

    private readonly List<IdleTally> _tallies = [];
    private readonly List<IdleSearched> _done = [];
    private IdleSearch _search = new(IdleKind.Established, spec.Plan);
    private IdleKind _kind;
    private IReadOnlyList<long> _triedNs = [];
    private long _lastsNs;
    private long _begunNs;
    private int _round;
    private bool _isDismissed;

    public bool IsOver { get; private set; }

    public string OverBy => RunStates.Search;

    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The result of the rounds that are over, and of the lanes of the one under way that are.</summary>
    public IdleResult Result
    {
        get
        {
            if (IsOver || _round == 0)
            {
                return new IdleResult([.. _done]);
            }

            IdleSearched searched = _search.Result;
            IdleLane[] lanes =
            [
                .. Lanes().Where(lane => lane.Outcome != IdleOutcome.None)
                    .Select(lane => lane with { Counts = IdleOutcomes.Tells(lane.Outcome) }),
            ];
            IdleRound underWay = new(_kind, _search.Phase, lanes, Clock.NowNs() - _begunNs);
            return new IdleResult(
                [.. _done, lanes.Length == 0 ? searched : searched with { Rounds = [.. searched.Rounds, underWay] }]);
        }
    }

    IOwnResult IGuide.Result => Result;

    public string Doing
    {
        get
        {
            if (_round == 0 || IsOver)
            {
                return "";
            }

            IReadOnlyList<IdleLane> lanes = Lanes();
            return $"round {Units.Count(_round)} ({IdleNames.Kind(_kind)}, {IdleNames.Phase(_search.Phase)}): "
                + $"{Units.Latency(_triedNs[0])} to {Units.Latency(_triedNs[^1])}, "
                + $"{Units.Count(lanes.Count(lane => lane.Outcome != IdleOutcome.None))} of "
                + $"{Units.Several(lanes.Count, "lanes")} over";
        }
    }

    /// <summary>Makes what a worker counts in; any thread, before the run begins.</summary>
    public IdleTally NewTally()
    {
        IdleTally tally = new();
        lock (_tallies)
        {
            _tallies.Add(tally);
        }

        return tally;
    }

    public WorkerMessage? Next(WorkerGroup group) => Next();

    internal WorkerMessage? Next()
    {
        if (IsOver)
        {
            return null;
        }

        if (_tallies.All(tally => Volatile.Read(ref tally.ClosedRound) == _round))
        {
            if (_round > 0)
            {
                _search.Add(Lanes(), Clock.NowNs() - _begunNs);
            }

            return Begin();
        }

        if (!_isDismissed && _search.IsDecided(Lanes()))
        {
            _isDismissed = true;
            return new WorkerMessage(WorkerMessageKind.Dismiss, 0);
        }

        return null;
    }

    private WorkerMessage? Begin()
    {
        if (_search.Next.Count == 0 && !HasAnother())
        {
            IsOver = true;
            return null;
        }

        _round++;
        _isDismissed = false;
        _begunNs = Clock.NowNs();
        _triedNs = _search.Next;
        for (int worker = 0; worker < _tallies.Count; worker++)
        {
            _tallies[worker].Seats =
                [.. _triedNs.Where((_, lane) => lane % _tallies.Count == worker).Select(SeatOf)];
        }

        return new WorkerMessage(WorkerMessageKind.Assemble, _round);
    }

    /// <summary>Ends a search that wants no further round; whether another one follows.</summary>
    private bool HasAnother()
    {
        _done.Add(_search.Result);
        if (spec.SearchesHalfClosed && _kind == IdleKind.Established)
        {
            _kind = IdleKind.HalfClosed;
            _search = new IdleSearch(_kind, spec.Plan);
            return true;
        }

        if (!spec.SearchesKeepalive || _kind == IdleKind.Keepalive
            || _done[0].ForgottenNs is not { } forgottenNs || forgottenNs < 2 * Ns.Second)
        {
            return false;
        }

        _kind = IdleKind.Keepalive;
        _lastsNs = (long)(forgottenNs * KeepaliveLasts);
        _search = new IdleSearch(_kind, KeepalivePlan(spec.Plan, forgottenNs));
        return true;
    }

    /// <summary>Whole seconds, as the kernel counts them, up to where silence alone is forgotten.</summary>
    private static IdlePlan KeepalivePlan(IdlePlan plan, long forgottenNs) => plan with
    {
        FromNs = Ns.Second,
        ToNs = (forgottenNs + Ns.Second - 1) / Ns.Second * Ns.Second,
        WithinNs = Math.Max(plan.WithinNs, Ns.Second),
        StepNs = Ns.Second,
    };

    private IdleSeat SeatOf(long triedNs) => _kind != IdleKind.Keepalive
        ? new IdleSeat { SilenceNs = triedNs, HalfCloses = _kind == IdleKind.HalfClosed }
        : new IdleSeat { SilenceNs = _lastsNs, KeepAliveSeconds = (int)(triedNs / Ns.Second) };

    /// <summary>The lanes of the round under way, in the order in which they were asked for.</summary>
    private IReadOnlyList<IdleLane> Lanes() =>
    [
        .. _triedNs.Select((triedNs, lane) =>
            LaneOf(triedNs, ref _tallies[lane % _tallies.Count].Seats[lane / _tallies.Count])),
    ];

    private static IdleLane LaneOf(long triedNs, ref IdleSeat seat)
    {
        IdleOutcome outcome = seat.Outcome;
        return outcome == IdleOutcome.None ? new IdleLane { TriedNs = triedNs } : new IdleLane
        {
            TriedNs = triedNs,
            Outcome = outcome,
            SilenceNs = seat.EndedSilenceNs,
            AnswerNs = seat.AnswerNs,
            Retransmits = seat.Retransmits,
            Reason = outcome is IdleOutcome.NotOpened or IdleOutcome.Failed ? CloseReasons.Name(seat.Reason) : "",
        };
    }
}
