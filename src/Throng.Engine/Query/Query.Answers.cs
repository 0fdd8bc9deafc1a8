using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the kernel to an answer, or to giving up.</summary>
internal partial struct Query<TProtocol>
{
    private readonly void OnAnswer(ref Act act, Handle connection, ref QueryState own, in Answer answer)
    {
        int index = own.Seat;
        int query = index < 0 ? 0 : _queries.Withdraw(index, answer.Id);
        if (query == 0)
        {
            OnUnasked(ref act, connection, answer.Id);
            return;
        }

        ref QuerySeat seat = ref _seats[index];
        ref PendingQuery one = ref _queries[query];
        if (one.SentNs == 0)
        {
            MarkSentUpTo(ref act, ref seat, ref one);
        }

        long serviceNs = act.NowNs - one.SentNs;
        _ = _logRing?.TryWrite(QueryLogRow.Answer(act.NowNs, _firstConnection + index, one.Id, serviceNs));
        seat.Answered++;
        own.Member.OnAnswered(ref act);
        if (one.IsCounted)
        {
            _tally.Codes[answer.Code]++;
            _tally.Truncated += answer.IsTruncated ? 1 : 0;
            act.Counters(Role.Client)[Counter.MessagesAnswered]++;
            act.Latencies.Messages.Response.Record(act.NowNs - one.IntendedNs);
            act.Latencies.Messages.Service.Record(serviceNs);
        }

        Finish(ref seat, query);
    }

    /// <summary>
    /// An answer to what is not under way: late if its query was given up on this connection, else nobody asked.
    /// </summary>
    private readonly void OnUnasked(ref Act act, Handle connection, ushort id)
    {
        if (!_expired.TryTake(connection, id, out bool isCounted))
        {
            act.Counters(Role.Client)[Counter.MessagesUnsolicited]++;
        }
        else if (isCounted)
        {
            act.Counters(Role.Client)[Counter.MessagesLate]++;
        }
    }

    private readonly void OnDatagramAnswer(
        ref Act act, Handle connection, ref QueryState own, scoped ReadOnlySpan<byte> datagram)
    {
        switch (_protocol.ReadDatagram(datagram, out Answer answer))
        {
            case AnswerOutcome.Answer:
                OnAnswer(ref act, connection, ref own, answer);
                break;

            case AnswerOutcome.Wrong:
                OnWrong(ref act, own.Seat, answer);
                break;

            default:
                OnMalformed(ref act, own.Seat, answer);
                break;
        }

        Settle(ref act, connection, ref own);
    }

    /// <summary>Ends the query that was answered with something else: as invalid.</summary>
    private readonly void OnWrong(ref Act act, int index, in Answer answer)
    {
        int query = index < 0 ? 0 : _queries.Find(index, answer.Id);
        if (query == 0)
        {
            act.Counters(Role.Client)[Counter.MessagesUnsolicited]++;
            return;
        }

        ref QuerySeat seat = ref _seats[index];
        if (_queries[query].SentNs == 0)
        {
            MarkSentUpTo(ref act, ref seat, ref _queries[query]);
        }

        act.Counters(Role.Client)[Counter.MessagesInvalid] += _queries[query].IsCounted ? 1 : 0;
        Finish(ref seat, _queries.Withdraw(index, answer.Id));
    }

    /// <summary>Counts what is no answer; where the id of one can be read, its query ends as invalid.</summary>
    private readonly void OnMalformed(ref Act act, int index, in Answer answer)
    {
        _tally.Malformed++;
        if (answer.HasId)
        {
            OnWrong(ref act, index, answer);
        }
    }

    /// <summary>
    /// The kernel tells of one refusal, however many ICMP errors came, and not which datagram it was about: what this
    /// socket was waiting for is over, for it all went the same way. An answer that comes all the same is late.
    /// </summary>
    public readonly void OnRefused(ref Act act, Handle connection, ref ConnectionState state, int errno)
    {
        ref QueryState own = ref ConnectionState.As<QueryState>(ref state);
        if (own.Seat < 0)
        {
            return;
        }

        ref QuerySeat seat = ref _seats[own.Seat];
        Counters counters = act.Counters(Role.Client);
        for (ushort id = (ushort)(seat.NextId - 1); seat.Unanswered > 0; id--)
        {
            int query = _queries.Find(own.Seat, id);
            if (query == 0 || _queries[query].SentNs == 0)
            {
                continue; // answered already, or not sent yet: that one is still to come
            }

            bool isCounted = _queries[query].IsCounted;
            counters[Counter.MessagesLost] += isCounted ? 1 : 0;
            counters[Counter.MessagesRefused] += isCounted ? 1 : 0;
            counters[Counter.MessagesNotPermitted] += isCounted && DatagramErrors.IsOwn(errno) ? 1 : 0;
            _expired.Add(connection, id, isCounted);
            Finish(ref seat, _queries.Withdraw(own.Seat, id));
        }

        Settle(ref act, connection, ref own);
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
            act.Counters(Role.Client)[Counter.MessagesTimedOut]++;
            act.Latencies.Response.Record(act.NowNs - one.IntendedNs);
        }

        Handle connection = seat.Connection;
        ref QueryState own = ref ConnectionState.As<QueryState>(ref _slab[connection].State);
        own.Member.OnUnanswered(ref act);
        _expired.Add(connection, one.Id, one.IsCounted);
        Finish(ref seat, _queries.Withdraw(one.Seat, one.Id));
        Settle(ref act, connection, ref own);
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

        bool isDone = seat.Asked >= _askedMax && seat.Outstanding == 0;
        if (!_keeper.OnReplied(ref act, connection, ref own.Member) && isDone)
        {
            _keeper.Renew(ref act, connection, ref own.Member);
        }
    }
}
