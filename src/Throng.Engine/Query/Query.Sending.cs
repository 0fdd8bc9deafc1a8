using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From falling due to the kernel.</summary>
internal partial struct Query<TProtocol>
{
    /// <summary>As many as may be begun in one turn; the rest in the turns after it.</summary>
    private void OfferThoseDue(ref Act act)
    {
        int due = 0;
        int linedUp = 0;
        int room = Math.Min(OffersPerCall, _queries.Room);
        while (due < room && _arrivals.NextNs <= act.NowNs)
        {
            SeatArrival arrival = _arrivals.Next();
            _due[due++] = arrival;
            _seats.Prefetch(arrival.Seat);
        }

        for (int i = 0; i < due; i++)
        {
            _seats.PrefetchConnection(_due[i].Seat, _slab);
        }

        for (int i = 0; i < due; i++)
        {
            int index = OfferOne(ref act, _due[i]);
            if (index >= 0)
            {
                _linedUp[linedUp++] = index;
            }
        }

        for (int i = 0; i < linedUp; i++)
        {
            Announce(ref act, ref _seats[_linedUp[i]]);
        }

        if (due is > 0 and < OffersPerCall)
        {
            _pace.OnBegun(act.NowNs, act.ArrivalGapNs, due);
        }
    }

    /// <summary>The seat that is to be announced when all are lined up; -1: none, or it is known already.</summary>
    private int OfferOne(ref Act act, in SeatArrival arrival)
    {
        int index = _seats.HeirOf(arrival.Seat);
        if (index < 0)
        {
            return -1; // the last of this worker's connections has just been given up
        }

        int query = _queries.Rent();
        ref PendingQuery one = ref _queries[query];
        one.IntendedNs = arrival.IntendedNs;
        one.Question = _protocol.QuestionOf(arrival.Number);
        one.Seat = index;
        one.HeldNs = 0;
        one.IsCounted = arrival.IntendedNs >= _countFromNs;
        one.Process = _logRing is null ? 0 : _arrivals.ProcessOf(arrival);
        ref QuerySeat seat = ref _seats[index];
        bool isKnown = seat.LinedUpBytes > 0;
        if (seat.WaitingFirst == 0 && (isKnown || IsOpen(seat)) && HasRoom(index, seat))
        {
            LineUp(ref act, ref seat, index, query);
            return isKnown || _isDatagram ? -1 : index;
        }

        _tally.HeldBack += one.IsCounted ? 1 : 0;
        one.HoldBack(act.NowNs);
        _seats.Wait(_queries, index, query);
        Wake(ref act, index);
        return -1;
    }

    /// <summary>Whether the connection that sits there takes queries.</summary>
    private readonly bool IsOpen(in QuerySeat seat)
    {
        if (seat.Connection.IsNone)
        {
            return false;
        }

        ref Connection record = ref _slab[seat.Connection];
        return record.Phase == Phase.Open && record.Reason == CloseReason.None
            && !ConnectionState.As<QueryState>(ref record.State).Member.IsLeaving;
    }

    /// <summary>Whether it may be given another one.</summary>
    private readonly bool HasRoom(int index, in QuerySeat seat)
    {
        if (seat.Outstanding >= _outstandingMax || seat.Asked >= _askedMax
            || (_isDatagram && seat.Outstanding - seat.Unanswered >= DatagramLengths.Max))
        {
            return false;
        }

        // Once the ids have come round, the next one may still be under way.
        return seat.Outstanding == 0 || seat.Asked <= ushort.MaxValue || _queries.Find(index, seat.NextId) == 0;
    }

    /// <summary>
    /// Lines a query up behind those of its connection that are to be sent. A datagram is announced by itself.
    /// </summary>
    private readonly void LineUp(ref Act act, ref QuerySeat seat, int index, int query)
    {
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
        seat.LinedUpBytes += _protocol.BytesOf(one.Question);
        if (_isDatagram)
        {
            Announce(ref act, ref seat);
        }
    }

    /// <summary>Tells the backend of all that is lined up.</summary>
    private static void Announce(ref Act act, ref QuerySeat seat)
    {
        act.Send(seat.Connection, seat.LinedUpBytes, seat.AnnouncedBytes);
        seat.AnnouncedBytes += seat.LinedUpBytes;
        seat.LinedUpBytes = 0;
    }

    private readonly void SendWaiting(ref Act act, int index)
    {
        if (index < 0)
        {
            return;
        }

        ref QuerySeat seat = ref _seats[index];
        if (seat.WaitingFirst == 0 || !IsOpen(seat))
        {
            return;
        }

        while (seat.WaitingFirst != 0 && HasRoom(index, seat))
        {
            int query = _seats.TakeWaiting(_queries, index);
            _queries[query].LetGo(act.NowNs);
            LineUp(ref act, ref seat, index, query);
        }

        if (seat.LinedUpBytes > 0)
        {
            Announce(ref act, ref seat);
        }
    }

    /// <summary>The first of those announced is sent, if the kernel has all its bytes.</summary>
    /// <param name="sentBytes">How many the kernel has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryMarkFirstSent(ref Act act, ref QuerySeat seat, long sentBytes, long sentNs)
    {
        int query = seat.AnnouncedFirst;
        ref PendingQuery one = ref _queries[query];
        long markedBytes = seat.MarkedBytes + _protocol.BytesOf(one.Question);
        if (markedBytes > sentBytes)
        {
            return false;
        }

        seat.AnnouncedFirst = one.Next;
        seat.AnnouncedLast = one.Next == 0 ? 0 : seat.AnnouncedLast;
        seat.MarkedBytes = markedBytes;
        if (seat.Unanswered++ == 0)
        {
            ConnectionState.As<QueryState>(ref _slab[seat.Connection].State).Member.Awaits = true;
        }

        one.SentNs = sentNs;
        _queries.Age(query);
        _ = _logRing?.TryWrite(QueryLogRow.Query(sentNs, _firstConnection + one.Seat, one.Id, one.Process));
        if (one.IsCounted)
        {
            act.Counters(Role.Client)[Counter.MessagesSent]++;
            act.Latencies.Messages.Lag.Record(sentNs - one.IntendedNs - one.HeldNs);
            if (one.HeldNs > 0)
            {
                _tally.Held.Record(one.HeldNs);
            }
        }

        return true;
    }

    /// <summary>Its answer was faster than the word that it was sent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void MarkSentUpTo(ref Act act, ref QuerySeat seat, ref PendingQuery last)
    {
        while (last.SentNs == 0)
        {
            TryMarkFirstSent(ref act, ref seat, long.MaxValue, act.NowNs);
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
}
