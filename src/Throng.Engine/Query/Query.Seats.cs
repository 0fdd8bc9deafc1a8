using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Connections that come, go and are asked for.</summary>
internal partial struct Query<TProtocol>
{
    /// <summary>
    /// The connection has ended: what was sent on it is lost, what was not waits again, before those that wait: here,
    /// or, when there is no such seat any more, where its queries go now.
    /// </summary>
    private readonly void LeaveSeat(ref Act act, int index, int restingTarget)
    {
        ref QuerySeat seat = ref _seats[index];
        int heir = _seats.HeirOf(index);
        for (ushort id = seat.NextId; seat.Outstanding > 0;)
        {
            int query = _queries.Withdraw(index, --id);
            if (query != 0)
            {
                seat.Outstanding--;
                Lose(ref act, heir, query);
            }
        }

        if (restingTarget >= 0 && seat.WaitingFirst == 0 && index < _seats.Count)
        {
            _seats.Rest(index, restingTarget);
            return;
        }

        if (restingTarget >= 0)
        {
            _keeper.Need(ref act, restingTarget);
        }

        if (_seats.TryVacate(index, _slab, out Handle next))
        {
            ConnectionState.As<QueryState>(ref _slab[next].State).Seat = index;
            SendWaiting(ref act, index);
        }

        if (heir != index && heir >= 0 && _seats[heir].WaitingFirst != 0)
        {
            Wake(ref act, heir);
            SendWaiting(ref act, heir);
        }
    }

    /// <param name="heir">Where it waits again if it was not sent; -1: nowhere.</param>
    private readonly void Lose(ref Act act, int heir, int query)
    {
        ref PendingQuery one = ref _queries[query];
        if (one.SentNs == 0 && !_isOver && heir >= 0)
        {
            one.Seat = heir;
            one.HoldBack(act.NowNs);
            _seats.WaitFirst(_queries, heir, query);
            return;
        }

        if (one.SentNs != 0)
        {
            _queries.Unage(query);
            act.Counters(Role.Client)[Counter.MessagesLost] += one.IsCounted ? 1 : 0;
        }

        _queries.Free(query);
    }

    /// <summary>A connection that rests there is needed again.</summary>
    private readonly void Wake(ref Act act, int index)
    {
        if (_seats[index].RestingTarget >= 0)
        {
            _keeper.Need(ref act, _seats.EndRest(index));
        }
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
                Reseat(query, _seats.HeirOf(index));
            }

            if (!seat.Connection.IsNone)
            {
                _keeper.Lower(ref act, seat.Connection);
            }
        }

        for (int index = 0; index < Math.Min(count, before); index++)
        {
            SendWaiting(ref act, index);
        }
    }

    private void TakeSeats(ref Act act, long connections)
    {
        _firstConnection = Shares.FirstOf(connections, act.Part, act.Parts);
        _seats.Resize((int)Shares.OfPart(connections, act.Part, act.Parts));
        _queries.Seat(_seats.Count);
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
}
