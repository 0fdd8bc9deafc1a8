using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Queries by a schedule that nothing slows down: each is sent when it is due, or as soon after as this worker, its
/// connection and the kernel allow, and its response time counts from when it was due. Connections are kept by a
/// <see cref="ConnectionKeeper"/>; each sits on a seat, and an arrival picks the seat.
/// <para>
/// A query waits in its seat's line, then is lined up and announced to the backend, then sent (the kernel has all its
/// bytes), then answered, given up by time, or lost with its connection. What was announced and not sent when a
/// connection ends waits again. <c>Query.Sending.cs</c> is the way of a query to the kernel, <c>Query.Answers.cs</c>
/// what becomes of it then, <c>Query.Seats.cs</c> what connections coming and going mean for it. Invariant:
/// sent = answered + timed out + lost + invalid + under way, each query once.
/// </para>
/// </summary>
/// <param name="log">Where each query and each answer is written; null: nowhere.</param>
internal partial struct Query<TProtocol>(
    QuerySpec spec, TProtocol protocol, Schedule schedule, QueryTally tally, int targets, bool ownsTargets,
    QueryLog? log = null) : IWorkload
    where TProtocol : struct, IQueryProtocol
{
    /// <summary>Number of offers in one call, small enough that answers do not wait long behind them.</summary>
    private const int OffersPerCall = 128;

    /// <summary>A server that closes an unused connection sooner than this turned it away.</summary>
    private const long IdleMinNs = Ns.Second;

    /// <summary>With more connections than this each is watched as cheaply as can be.</summary>
    private const long StreamsMax = 100_000;

    private readonly QuerySpec _spec = spec;
    private readonly ConnectionKeeper _keeper = new(spec, targets, ownsTargets);
    private readonly QuerySeats _seats = new();
    private readonly QueryTable _queries = new();
    private readonly ExpiredQueries _expired = new();
    private readonly QueryTally _tally = tally;
    private readonly TProtocol _protocol = protocol;
    private readonly ReceiveMode _mode = schedule.Connections > StreamsMax ? ReceiveMode.Idle : ReceiveMode.Stream;
    private readonly bool _isDatagram = spec.Socket.Transport == Transport.Datagram;
    private readonly int _outstandingMax = spec.OutstandingMax;
    private readonly long _askedMax = spec.QueriesPerConnection > 0 ? spec.QueriesPerConnection : long.MaxValue;

    /// <summary>Seats with something lined up, while arrivals are offered.</summary>
    private readonly int[] _linedUp = new int[OffersPerCall];

    /// <summary>Arrivals of one call, so that what they touch is fetched while others are worked on.</summary>
    private readonly SeatArrival[] _due = new SeatArrival[OffersPerCall];
    private readonly Schedule _schedule = schedule;
    private readonly QueryLog? _log = log;
    private OwnArrivals _arrivals;
    private Slab _slab = null!; // from OnStart on
    private QueryLogRing? _logRing;
    private long _firstConnection;
    private Coalescing _pace;
    private long _countFromNs;
    private bool _isOver;

    public readonly long NextArrivalNs
    {
        get
        {
            long dueNs = _queries.IsFull ? long.MaxValue : Math.Max(_arrivals.NextNs, _pace.NotBeforeNs);
            return Math.Min(Math.Min(_keeper.NextNs, dueNs), Math.Min(ExpiryNs, EndNs));
        }
    }

    public readonly bool IsFinished => _keeper.IsFinished;

    /// <summary>When the query that was sent first of those unanswered is given up.</summary>
    private readonly long ExpiryNs =>
        _queries.Oldest == 0 ? long.MaxValue : _queries[_queries.Oldest].SentNs + _spec.TimeoutNs;

    private readonly long EndNs =>
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + Schedule.EndGraceNs;

    public void OnStart(ref Act act)
    {
        _slab = act.Connections;
        _arrivals = new OwnArrivals(_schedule, act.Part, act.Parts, _tally);
        _logRing = _log?.Ring(act.Worker);
        TakeSeats(ref act, _schedule.Connections);
        _keeper.Start(ref act, _schedule.Connections);
    }

    public void OnArrival(ref Act act)
    {
        if (_keeper.NextNs <= act.NowNs)
        {
            _keeper.OnArrival(ref act);
        }

        if (ExpiryNs <= act.NowNs)
        {
            GiveUpOldest(ref act);
        }

        if (EndNs <= act.NowNs)
        {
            if (_arrivals.NextNs <= act.NowNs)
            {
                OfferThoseDue(ref act); // who had no CPU when the end came was not asked for too much
            }

            End(_arrivals.EndNs);
        }
        else if (_arrivals.NextNs <= act.NowNs && _pace.NotBeforeNs <= act.NowNs)
        {
            OfferThoseDue(ref act);
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        own.Seat = -1;
        if (_keeper.OnOpened(ref act, connection, ref own.Member))
        {
            own.Member.StampNs = act.NowNs;
            act.Receive(connection, _mode);
            own.Seat = _seats.Sit(connection);
            SendWaiting(ref act, own.Seat);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        own.Member.StampNs = act.NowNs;
        if (_isDatagram)
        {
            OnDatagramAnswer(ref act, connection, ref own, bytes);
            return;
        }

        ReadOnlySpan<byte> rest = bytes;
        while (true)
        {
            switch (_protocol.Read(ref own.Reading, ref rest, out Answer answer))
            {
                case AnswerOutcome.Answer:
                    OnAnswer(ref act, connection, ref own, answer);
                    break;

                case AnswerOutcome.Wrong:
                    OnWrong(ref act, own.Seat, answer);
                    act.Close(connection, CloseReason.InvalidReply, _keeper.CloseKind);
                    return;

                case AnswerOutcome.Malformed:
                    OnMalformed(ref act, own.Seat, answer);
                    break;

                default:
                    Settle(ref act, connection, ref own);
                    return;
            }
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        int index = ConnectionState.As<QueryState>(ref state).Seat;
        if (index < 0)
        {
            return;
        }

        ref QuerySeat seat = ref _seats[index];
        seat.SentBytes += bytes;
        while (seat.AnnouncedFirst != 0 && TryMarkFirstSent(ref act, ref seat, seat.SentBytes, sentNs))
        {
        }

        if (_isDatagram)
        {
            SendWaiting(ref act, index);
        }
    }

    /// <summary>
    /// Nothing more will be answered on it. With nothing under way, and after an answer or some time, that is a server
    /// that closes idle connections; only after some time it is not opened again before it is needed.
    /// </summary>
    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        long idleNs = act.NowNs - own.Member.StampNs;
        bool isQuiet = own.Seat < 0 || _seats[own.Seat].Outstanding == 0;
        bool isIdle = isQuiet && idleNs >= IdleMinNs;
        if (isIdle || (isQuiet && own.Member.Service == ServiceState.Served))
        {
            act.Latencies.IdleBeforeClose.Record(idleNs);
        }

        act.Close(connection, isIdle ? CloseReason.IdleClosed : CloseReason.PeerClosed, _keeper.CloseKind);
    }

    /// <summary>None is set on a connection: answers are waited for all together.</summary>
    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        _keeper.OnFacts(connection, result, facts, own.Member.AgeNs(act.NowNs), act.NowNs - own.Member.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        bool rests = reason == CloseReason.IdleClosed;
        long answers = own.Seat < 0 ? 0 : _seats[own.Seat].Answered;
        long idleNs = act.NowNs - own.Member.StampNs;
        int target = act.EndpointOf(connection);
        if (rests)
        {
            _keeper.OnIdleClosed(ref act, connection, own.Member, answers, idleNs);
        }
        else
        {
            _keeper.OnClosed(ref act, connection, own.Member, reason, phase, answers, idleNs);
        }

        if (phase == Phase.Open && own.Seat >= 0)
        {
            LeaveSeat(ref act, own.Seat, rests && !_isOver ? target : -1);
        }
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        int seat = ConnectionState.As<QueryState>(ref state).Seat;
        return new LastState(
            reason == CloseReason.InvalidReply ? LifePhase.Answering
            : seat >= 0 && _seats[seat].Outstanding > 0 ? LifePhase.Awaiting
            : LifePhase.Open);
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Begin:
                _countFromNs = command.Value + _spec.WarmUpNs;
                _arrivals.Begin(command.Value, command.FromNs);
                break;

            case WorkerMessageKind.Schedule:
                _arrivals.Follow(command.Schedule!);
                break;

            case WorkerMessageKind.Set:
                _arrivals.Follow(command.Schedule!);
                Resize(ref act, command.Value);
                _keeper.OnMessage(ref act, command);
                break;

            case WorkerMessageKind.Drain or WorkerMessageKind.Abort:
                End(act.NowNs);
                _keeper.OnMessage(ref act, command);
                break;

            default:
                _keeper.OnMessage(ref act, command);
                break;
        }
    }

    /// <summary>Nothing more is sent; what waits to be was not sent.</summary>
    private void End(long atNs)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _arrivals.End(atNs);
        for (int index = 0; index < _seats.Count; index++)
        {
            while (_seats.TakeWaiting(_queries, index) is not 0 and var query)
            {
                _queries.Free(query);
            }
        }
    }

    /// <summary>State that the query workload keeps of each connection.</summary>
    private struct QueryState
    {
        /// <summary>Its stamp is when something last came.</summary>
        public KeptConnection Member;
        public int Seat;
        public AnswerReading Reading;
    }
}
