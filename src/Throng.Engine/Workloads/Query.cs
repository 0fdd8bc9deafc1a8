using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Queries by a schedule that nothing slows down: each is sent when it is due, or as soon after as this worker, its
/// connection and the kernel allow, and its response time counts from when it was due. Connections are kept by a
/// <see cref="Roster"/>; each sits on a seat, and an arrival picks the seat.
/// <para>
/// A query waits in its seat's line, then is announced to the backend, then sent (the kernel has all its bytes), then
/// answered, given up by time, or lost with its connection. What was announced and not sent when a connection ends
/// waits again. Invariant: sent = answered + timed out + lost + invalid + under way, each query once.
/// </para>
/// </summary>
internal struct Query<TProtocol> : IWorkload
    where TProtocol : struct, IQueryProtocol
{
    /// <summary>
    /// How long after the schedule's end what fell due before it may still be sent: more than a wake-up takes, and a
    /// thousandth of a run of ten seconds.
    /// </summary>
    public const long EndGraceNs = 10_000_000;

    /// <summary>So few that answers do not wait long behind them.</summary>
    private const int OffersPerCall = 128;

    /// <summary>A server that closes an unused connection sooner than this turned it away.</summary>
    private const long IdleMinNs = 1_000_000_000;

    /// <summary>With more connections than this each is watched as cheaply as can be.</summary>
    private const long StreamsMax = 100_000;

    private readonly QuerySpec _spec;
    private readonly Roster _roster;
    private readonly QuerySeats _seats = new();
    private readonly QueryTable _queries = new();
    private readonly QueryTally _tally;
    private readonly TProtocol _protocol;
    private readonly ReceiveMode _mode;
    private readonly bool _isDatagram;
    private readonly QueryOffer _offer;
    private readonly QueryLog? _log;
    private QueryArrivals _arrivals;
    private Slab _slab = null!; // from OnStart on
    private QueryLogRing? _logRing;
    private long _firstConnection;
    private Coalescing _pace;
    private long _countFromNs;
    private bool _isOver;

    /// <param name="log">Where each query and each answer is written; null: nowhere.</param>
    public Query(
        QuerySpec spec, TProtocol protocol, QueryOffer offer, QueryTally tally, int targets, bool ownsTargets,
        QueryLog? log = null)
    {
        _spec = spec;
        _protocol = protocol;
        _tally = tally;
        _offer = offer;
        _log = log;
        _isDatagram = spec.Socket.Transport == Transport.Datagram;
        _roster = new Roster(spec, targets, ownsTargets);
        _arrivals = new QueryArrivals(offer, 0, 1);
        _mode = offer.Connections > StreamsMax ? ReceiveMode.Idle : ReceiveMode.Stream;
    }

    public readonly long NextArrivalNs
    {
        get
        {
            long dueNs = _queries.IsFull ? long.MaxValue : Math.Max(_arrivals.NextNs, _pace.NotBeforeNs);
            return Math.Min(Math.Min(_roster.NextNs, dueNs), Math.Min(ExpiryNs, EndNs));
        }
    }

    public readonly bool IsFinished => _roster.IsFinished;

    /// <summary>When the query that was sent first of those unanswered is given up.</summary>
    private readonly long ExpiryNs =>
        _queries.Oldest == 0 ? long.MaxValue : _queries[_queries.Oldest].SentNs + _spec.TimeoutNs;

    private readonly long EndNs =>
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + EndGraceNs;

    public void OnStart(ref Act act)
    {
        _slab = act.Connections;
        _arrivals = new QueryArrivals(_offer, act.Worker, act.Workers);
        _logRing = _log?.Ring(act.Worker);
        TakeSeats(ref act, _offer.Connections);
        _roster.Start(ref act, _offer.Connections);
    }

    public void OnArrival(ref Act act)
    {
        if (_roster.NextNs <= act.NowNs)
        {
            _roster.OnArrival(ref act);
        }

        if (ExpiryNs <= act.NowNs)
        {
            GiveUpOldest(ref act);
        }

        if (EndNs <= act.NowNs)
        {
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
        if (_roster.OnOpened(ref act, connection, ref own.Member))
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
                    OnAnswer(ref act, own.Seat, answer);
                    break;

                case AnswerOutcome.Wrong:
                    OnWrong(ref act, own.Seat, answer.Id);
                    act.Close(connection, CloseReason.InvalidReply, _roster.CloseKind);
                    return;

                case AnswerOutcome.Malformed:
                    _tally.Malformed++;
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
        while (seat.AnnouncedFirst != 0
            && seat.MarkedBytes + _protocol.BytesOf(_queries[seat.AnnouncedFirst].Question) <= seat.SentBytes)
        {
            MarkFirstSent(ref act, ref seat, sentNs);
        }

        if (_isDatagram)
        {
            SendWaiting(ref act, index);
        }
    }

    /// <summary>
    /// Nothing more will be answered on it. With nothing under way, and after some time, that is a server that closes
    /// idle connections.
    /// </summary>
    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        long idleNs = act.NowNs - own.Member.StampNs;
        bool isIdle = idleNs >= IdleMinNs && (own.Seat < 0 || _seats[own.Seat].Outstanding == 0);
        if (isIdle)
        {
            act.Latencies.IdleBeforeClose.Record(idleNs);
        }

        act.Close(connection, isIdle ? CloseReason.IdleClosed : CloseReason.PeerClosed, _roster.CloseKind);
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        Roster.OnConnectTimer(ref act, connection);

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        _roster.OnFacts(result, facts, own.Member.AgeNs(act.NowNs), act.NowNs - own.Member.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        bool rests = reason == CloseReason.IdleClosed;
        int target = act.EndpointOf(connection);
        if (rests)
        {
            _roster.OnIdleClosed(ref act, connection, own.Member, errno);
        }
        else
        {
            _roster.OnClosed(ref act, connection, own.Member, reason, phase, errno);
        }

        if (phase == Phase.Open && own.Seat >= 0)
        {
            LeaveSeat(ref act, own.Seat, rests && !_isOver ? target : -1);
        }
    }

    public void OnCommand(ref Act act, in Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Begin:
                _countFromNs = command.Value + _spec.WarmUpNs;
                _arrivals.Begin(command.Value);
                break;

            case CommandKind.Offer:
                _arrivals.Follow(command.Offer!);
                break;

            case CommandKind.Set:
                _arrivals.Follow(command.Offer!);
                Resize(ref act, command.Value);
                _roster.OnCommand(ref act, command);
                break;

            case CommandKind.Drain or CommandKind.Abort:
                End(act.NowNs);
                _roster.OnCommand(ref act, command);
                break;

            default:
                _roster.OnCommand(ref act, command);
                break;
        }
    }

    /// <summary>
    /// The bytes of the queries announced and not yet sent, from any of them on. Asked for in order, which is the rule,
    /// it goes on where it stopped; else it looks again from the first.
    /// </summary>
    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        int index = ConnectionState.As<QueryState>(ref _slab[connection].State).Seat;
        ref QuerySeat seat = ref _seats[index];
        if (streamOffset < seat.ProducedBytes)
        {
            seat.ProducedBytes = seat.MarkedBytes;
            seat.ProducedNext = seat.AnnouncedFirst;
        }

        while (destination.Length > 0)
        {
            ref PendingQuery one = ref _queries[seat.ProducedNext];
            int bytes = _protocol.BytesOf(one.Question);
            int begun = (int)(streamOffset - seat.ProducedBytes);
            if (begun >= bytes)
            {
                seat.ProducedBytes += bytes;
                seat.ProducedNext = one.Next;
                continue;
            }

            int taken = Math.Min(bytes - begun, destination.Length);
            _protocol.Write(one.Question, one.Id, begun, destination[..taken]);
            destination = destination[taken..];
            streamOffset += taken;
            if (begun + taken == bytes)
            {
                seat.ProducedBytes += bytes;
                seat.ProducedNext = one.Next;
            }
        }
    }

    /// <summary>As many as may be begun in one turn; the rest in the turns after it.</summary>
    private void OfferThoseDue(ref Act act)
    {
        _pace.OnSending(act.NowNs, act.Busy);
        for (int i = 0; i < OffersPerCall && _arrivals.NextNs <= act.NowNs && !_queries.IsFull; i++)
        {
            Offer(ref act, _arrivals.Next());
        }
    }

    private void Offer(ref Act act, in QueryArrival arrival)
    {
        if (_seats.Count == 0)
        {
            return; // the last of this worker's connections has just been given up
        }

        int index = arrival.Seat < _seats.Count ? arrival.Seat : arrival.Seat % _seats.Count;
        int query = _queries.Rent();
        ref PendingQuery one = ref _queries[query];
        one.IntendedNs = arrival.IntendedNs;
        one.Question = _protocol.QuestionOf(arrival.Slot);
        one.Seat = index;
        one.IsCounted = arrival.IntendedNs >= _countFromNs;
        ref QuerySeat seat = ref _seats[index];
        if (seat.WaitingFirst == 0 && IsReady(index))
        {
            Announce(ref act, index, query);
            return;
        }

        _tally.HeldBack += one.IsCounted ? 1 : 0;
        _seats.Wait(_queries, index, query);
        if (seat.RestingTarget >= 0)
        {
            _roster.Need(ref act, _seats.EndRest(index));
        }
    }

    /// <summary>Whether the connection that sits there may be given another query.</summary>
    private readonly bool IsReady(int index)
    {
        ref QuerySeat seat = ref _seats[index];
        bool isFull = seat.Outstanding >= _spec.OutstandingMax
            || (_isDatagram && seat.Outstanding - seat.Unanswered >= DatagramLengths.Max)
            || (_spec.QueriesPerConnection > 0 && seat.Asked >= _spec.QueriesPerConnection);
        if (isFull || seat.Connection.IsNone)
        {
            return false;
        }

        // Once the ids have come round, the next one may still be under way.
        if (seat.Outstanding > 0 && seat.Asked > ushort.MaxValue && _queries.Find(index, seat.NextId) != 0)
        {
            return false;
        }

        ref Connection record = ref _slab[seat.Connection];
        return record.Phase == Phase.Open && record.Reason == CloseReason.None
            && !ConnectionState.As<QueryState>(ref record.State).Member.IsLeaving;
    }

    private readonly void Announce(ref Act act, int index, int query)
    {
        ref QuerySeat seat = ref _seats[index];
        ref PendingQuery one = ref _queries[query];
        one.Id = seat.NextId++;
        one.Next = 0;
        _queries.Publish(query);
        if (seat.AnnouncedLast != 0)
        {
            _queries[seat.AnnouncedLast].Next = query;
        }
        else
        {
            seat.AnnouncedFirst = query;
        }

        seat.AnnouncedLast = query;
        seat.ProducedNext = seat.ProducedNext == 0 ? query : seat.ProducedNext;
        seat.Asked++;
        seat.Outstanding++;
        int bytes = _protocol.BytesOf(one.Question);
        act.Send(seat.Connection, bytes, seat.AnnouncedBytes);
        seat.AnnouncedBytes += bytes;
    }

    private readonly void SendWaiting(ref Act act, int index)
    {
        while (index >= 0 && _seats[index].WaitingFirst != 0 && IsReady(index))
        {
            Announce(ref act, index, _seats.TakeWaiting(_queries, index));
        }
    }

    /// <summary>The kernel has all bytes of the first of those announced.</summary>
    private readonly void MarkFirstSent(ref Act act, ref QuerySeat seat, long sentNs)
    {
        int query = seat.AnnouncedFirst;
        ref PendingQuery one = ref _queries[query];
        seat.AnnouncedFirst = one.Next;
        seat.AnnouncedLast = one.Next == 0 ? 0 : seat.AnnouncedLast;
        seat.MarkedBytes += _protocol.BytesOf(one.Question);
        if (seat.Unanswered++ == 0)
        {
            ConnectionState.As<QueryState>(ref _slab[seat.Connection].State).Member.Awaits = true;
        }

        one.SentNs = sentNs;
        _queries.Age(query);
        _ = _logRing?.TryWrite(QueryLogRow.Query(sentNs, _firstConnection + one.Seat, one.Id));
        if (one.IsCounted)
        {
            act.Counters(Role.Client).MessagesSent++;
            act.Latencies.Lag.Record(sentNs - one.IntendedNs);
        }
    }

    private readonly void OnAnswer(ref Act act, int index, in Answer answer)
    {
        int query = index < 0 ? 0 : _queries.Withdraw(index, answer.Id);
        if (query == 0)
        {
            OnUnasked(ref act, index);
            return;
        }

        ref QuerySeat seat = ref _seats[index];
        ref PendingQuery one = ref _queries[query];
        while (one.SentNs == 0)
        {
            // The answer was faster than the word that it was sent.
            MarkFirstSent(ref act, ref seat, act.NowNs);
        }

        long serviceNs = act.NowNs - one.SentNs;
        _ = _logRing?.TryWrite(QueryLogRow.Answer(act.NowNs, _firstConnection + index, one.Id, serviceNs));
        _tally.Codes[answer.Code]++;
        _tally.Truncated += answer.IsTruncated ? 1 : 0;
        if (one.IsCounted)
        {
            act.Counters(Role.Client).MessagesAnswered++;
            act.Latencies.Response.Record(act.NowNs - one.IntendedNs);
            act.Latencies.Service.Record(serviceNs);
        }

        Finish(ref seat, query);
    }

    /// <summary>An answer to what is not under way: late if something ran out of time here, else nobody asked.</summary>
    private readonly void OnUnasked(ref Act act, int index)
    {
        if (index >= 0 && _seats[index].TimedOut > 0)
        {
            _seats[index].TimedOut--;
            act.Counters(Role.Client).MessagesLate++;
        }
        else
        {
            _tally.Unsolicited++;
        }
    }

    private readonly void OnDatagramAnswer(
        ref Act act, Handle connection, ref QueryState own, scoped ReadOnlySpan<byte> datagram)
    {
        switch (_protocol.ReadDatagram(datagram, out Answer answer))
        {
            case AnswerOutcome.Answer:
                OnAnswer(ref act, own.Seat, answer);
                break;

            case AnswerOutcome.Wrong:
                OnWrong(ref act, own.Seat, answer.Id);
                break;

            default:
                _tally.Malformed++;
                break;
        }

        Settle(ref act, connection, ref own);
    }

    private readonly void OnWrong(ref Act act, int index, ushort id)
    {
        int query = index < 0 ? 0 : _queries.Find(index, id);
        if (query != 0 && _queries[query].SentNs != 0)
        {
            act.Counters(Role.Client).MessagesInvalid += _queries[query].IsCounted ? 1 : 0;
            Finish(ref _seats[index], _queries.Withdraw(index, id));
        }
        else
        {
            _tally.Unsolicited++;
        }
    }

    /// <summary>The end of a query that was sent and is no longer found.</summary>
    private readonly void Finish(ref QuerySeat seat, int query)
    {
        _queries.Unage(query);
        _queries.Free(query);
        seat.Outstanding--;
        seat.Unanswered--;
    }

    private readonly void GiveUpOldest(ref Act act)
    {
        int query = _queries.Oldest;
        PendingQuery one = _queries[query];
        ref QuerySeat seat = ref _seats[one.Seat];
        if (one.IsCounted)
        {
            act.Counters(Role.Client).MessagesTimedOut++;
            act.Latencies.Response.Record(act.NowNs - one.IntendedNs);
        }

        seat.TimedOut++;
        Finish(ref seat, _queries.Withdraw(one.Seat, one.Id));
        Handle connection = seat.Connection;
        Settle(ref act, connection, ref ConnectionState.As<QueryState>(ref _slab[connection].State));
    }

    /// <summary>After queries have ended: what waited is sent, and a connection with nothing more to do is ended.
    /// </summary>
    private readonly void Settle(ref Act act, Handle connection, ref QueryState own)
    {
        if (own.Seat < 0)
        {
            return;
        }

        SendWaiting(ref act, own.Seat);
        ref QuerySeat seat = ref _seats[own.Seat];
        if (seat.Unanswered > 0 || !own.Member.Awaits)
        {
            return;
        }

        bool isDone = _spec.QueriesPerConnection > 0 && seat.Asked >= _spec.QueriesPerConnection
            && seat.Outstanding == 0;
        if (!_roster.OnReplied(ref act, connection, ref own.Member) && isDone)
        {
            _roster.Renew(ref act, connection, ref own.Member);
        }
    }

    /// <summary>
    /// The connection has ended: what was sent on it is lost, what was not waits again, before those that wait.
    /// </summary>
    private readonly void LeaveSeat(ref Act act, int index, int restingTarget)
    {
        ref QuerySeat seat = ref _seats[index];
        for (ushort id = seat.NextId; seat.Outstanding > 0;)
        {
            int query = _queries.Withdraw(index, --id);
            if (query != 0)
            {
                seat.Outstanding--;
                Lose(ref act, index, query);
            }
        }

        if (restingTarget >= 0 && seat.WaitingFirst == 0 && index < _seats.Count)
        {
            _seats.Rest(index, restingTarget);
            return;
        }

        if (restingTarget >= 0)
        {
            _roster.Need(ref act, restingTarget);
        }

        if (_seats.TryVacate(index, _slab, out Handle next))
        {
            ConnectionState.As<QueryState>(ref _slab[next].State).Seat = index;
            SendWaiting(ref act, index);
        }
    }

    private readonly void Lose(ref Act act, int index, int query)
    {
        ref PendingQuery one = ref _queries[query];
        if (one.SentNs == 0 && !_isOver)
        {
            _seats.WaitFirst(_queries, index, query);
            return;
        }

        if (one.SentNs != 0)
        {
            _queries.Unage(query);
            act.Counters(Role.Client).MessagesLost += one.IsCounted ? 1 : 0;
        }

        _queries.Free(query);
    }

    /// <summary>There are so many connections from now on; who sits beyond them gets up.</summary>
    private void Resize(ref Act act, long connections)
    {
        int before = _seats.Count;
        TakeSeats(ref act, connections);
        int count = _seats.Count;
        for (int index = count; index < before; index++)
        {
            ref QuerySeat seat = ref _seats[index];
            while (_seats.TakeWaiting(_queries, index) is not 0 and var query)
            {
                Reseat(query, count > 0 ? index % count : -1);
            }

            if (!seat.Connection.IsNone)
            {
                _roster.Lower(ref act, seat.Connection);
            }
        }

        for (int index = 0; index < Math.Min(count, before); index++)
        {
            SendWaiting(ref act, index);
        }
    }

    private void TakeSeats(ref Act act, long connections)
    {
        _firstConnection = Shares.Before(connections, act.Worker, act.Workers);
        _seats.Resize((int)Shares.OfTarget(connections, act.Worker, act.Workers));
    }

    private readonly void Reseat(int query, int seat)
    {
        if (seat < 0)
        {
            _queries.Free(query);
            return;
        }

        _queries[query].Seat = seat;
        _seats.Wait(_queries, seat, query);
    }

    /// <summary>Nothing more is sent; what waits to be was not sent.</summary>
    private void End(long atNs)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _arrivals.End();
        Volatile.Write(ref _tally.StoppedNs, atNs);
        for (int index = 0; index < _seats.Count; index++)
        {
            while (_seats.TakeWaiting(_queries, index) is not 0 and var query)
            {
                _queries.Free(query);
            }
        }
    }

    /// <summary>What this workload keeps of each connection.</summary>
    private struct QueryState
    {
        /// <summary>Its stamp is when something last came.</summary>
        public Member Member;
        public int Seat;
        public AnswerReading Reading;
    }
}
