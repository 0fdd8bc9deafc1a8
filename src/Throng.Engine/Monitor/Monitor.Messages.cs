using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A message from the moment it is due until it is answered, given up or lost.</summary>
internal partial struct Monitor
{
    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref MonitorSeat seat = ref _seats[ConnectionState.As<MonitorState>(ref state).Seat];
        if (_isDatagram)
        {
            OnDatagramReceived(ref act, connection, ref seat, bytes);
            return;
        }

        if (!seat.Awaits || bytes.Length > _messageBytes - seat.RepliedBytes
            || !IsEcho(connection, ref seat, bytes))
        {
            OnWrong(ref act, connection, ref seat);
            return;
        }

        seat.RepliedBytes += bytes.Length;
        if (seat.RepliedBytes == _messageBytes)
        {
            OnAnswered(ref act, connection, ref seat);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref MonitorSeat seat = ref _seats[ConnectionState.As<MonitorState>(ref state).Seat];
        seat.SentBytes += bytes;
        if (seat.SentBytes == seat.Record.Sent * _messageBytes && seat.SentNs == 0)
        {
            seat.SentNs = sentNs;
            if (seat.IsCounted)
            {
                act.Latencies.Lag.Record(sentNs - seat.IntendedNs);
            }
        }
    }

    private void SendThoseDue(ref Act act)
    {
        int sent = 0;
        while (sent < MessagesPerCall && _arrivals.NextNs <= act.NowNs)
        {
            SendNext(ref act);
            sent++;
        }

        if (sent is > 0 and < MessagesPerCall)
        {
            _pace.OnBegun(act.NowNs, act.ArrivalGapNs, sent);
        }
    }

    private void SendNext(ref Act act)
    {
        SeatArrival due = _arrivals.Next();
        ref MonitorSeat seat = ref _seats[due.Seat];
        bool isCounted = due.IntendedNs >= _countFromNs;
        if (seat.Connection.IsNone || IsEnding(act.Connections[seat.Connection]))
        {
            _tally.Unconnected += isCounted ? 1 : 0;
            return;
        }

        Counters counters = act.Counters(Role.Client);
        if (seat.Awaits || seat.IsSending)
        {
            if (!isCounted)
            {
                return;
            }

            if (seat.DroppedSince++ < _spec.DroppedPerMessageMax)
            {
                seat.Record.Dropped++;
                counters[Counter.MessagesDropped]++;
            }
            else
            {
                _tally.Uncounted++;
            }

            return;
        }

        long offset = seat.MessageOffset(_messageBytes);
        seat.Send(due.IntendedNs, isCounted);
        counters[Counter.MessagesSent] += isCounted ? 1 : 0;
        act.Send(seat.Connection, _messageBytes, offset);
        if (seat.Record.Sent == 1)
        {
            act.SetTimer(seat.Connection, due.IntendedNs + _spec.ReplyTimeoutNs, ReplyTimer);
        }
    }

    /// <summary>
    /// The timer is not moved with every message: when it is due it looks how old the one under way is.
    /// </summary>
    private readonly void OnReplyDue(ref Act act, Handle connection, ref MonitorSeat seat)
    {
        long dueNs = (seat.Awaits ? seat.IntendedNs : act.NowNs) + _spec.ReplyTimeoutNs;
        if (dueNs > act.NowNs)
        {
            act.SetTimer(connection, dueNs, ReplyTimer);
            return;
        }

        CountFailed(ref act, seat, Counter.MessagesTimedOut);
        if (seat.IsCounted)
        {
            act.Latencies.Response.Record(act.NowNs - seat.IntendedNs);
        }

        seat.Awaits = false;
        Disturb(ref seat, DisturbanceCause.Timeout, seat.IntendedNs);
        if (_isDatagram)
        {
            act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
            LeaveIfOver(ref act, ref seat);
            return;
        }

        End(ref act, connection, CloseReason.ReplyTimeout);
    }

    /// <summary>Whether these bytes continue the answer; the name at its beginning is noted.</summary>
    private readonly bool IsEcho(Handle connection, ref MonitorSeat seat, scoped ReadOnlySpan<byte> bytes)
    {
        long at = seat.MessageOffset(_messageBytes) + seat.RepliedBytes;
        if (at < MonitorPayload.NameBytes)
        {
            int ofName = (int)Math.Min(MonitorPayload.NameBytes - at, bytes.Length);
            bytes[..ofName].CopyTo(((Span<byte>)seat.Name)[(int)at..]);
            at += ofName;
            bytes = bytes[ofName..];
            if (at == MonitorPayload.NameBytes && !TryNoteName(ref seat, seat.Name))
            {
                return false;
            }
        }

        return _spec.IsZeroFilled ? MonitorPayload.IsZeros(bytes) : MonitorPayload.Is(connection.Slot, at, bytes);
    }

    private readonly bool TryNoteName(ref MonitorSeat seat, scoped ReadOnlySpan<byte> stamp)
    {
        bool isName = MonitorPayload.TryReadName(stamp, out int length);
        ushort name = isName ? _tally.Names.NumberOf(stamp[..length]) : (ushort)0;
        if (name != seat.Record.Name)
        {
            _tally.Names.Move(seat.Record.Name, name);
            seat.Record.Name = name;
        }

        return isName;
    }

    private readonly void OnDatagramReceived(
        ref Act act, Handle connection, ref MonitorSeat seat, scoped ReadOnlySpan<byte> bytes)
    {
        bool isOurs = _spec.IsZeroFilled
            ? MonitorPayload.TryReadZeroDatagram(_messageBytes, bytes, out long number)
            : MonitorPayload.TryReadDatagram(connection.Slot, _messageBytes, bytes, out number);
        long age = seat.Record.Sent - 1 - number;
        if (!isOurs || age < 0)
        {
            CountAwaited(ref act, seat, Counter.MessagesInvalid);
            Disturb(ref seat, DisturbanceCause.Invalid, seat.Awaits ? seat.IntendedNs : act.NowNs);
            seat.Awaits = false;
            LeaveIfOver(ref act, ref seat);
            return;
        }

        ulong bit = age < 64 ? 1UL << (int)age : 0;
        if ((seat.Answered & bit) != 0)
        {
            _tally.Duplicates++;
            return;
        }

        seat.Answered |= bit;
        if (age > 0 || !seat.Awaits)
        {
            act.Counters(Role.Client)[Counter.MessagesLate]++;
            return;
        }

        _ = TryNoteName(ref seat, bytes[..MonitorPayload.NameBytes]);
        OnAnswered(ref act, connection, ref seat);
    }

    /// <summary>At most one message is under way on a socket: it is the one that was refused.</summary>
    public readonly void OnRefused(ref Act act, Handle connection, ref ConnectionState state, int errno)
    {
        ref MonitorSeat seat = ref _seats[ConnectionState.As<MonitorState>(ref state).Seat];
        if (!seat.Awaits || seat.SentNs == 0)
        {
            return; // told late, of one that is over
        }

        CountFailed(ref act, seat, Counter.MessagesLost);
        Counters counters = act.Counters(Role.Client);
        counters[Counter.MessagesRefused] += seat.IsCounted ? 1 : 0;
        counters[Counter.MessagesNotPermitted] += seat.IsCounted && DatagramErrors.IsOwn(errno) ? 1 : 0;
        seat.Awaits = false;
        Disturb(ref seat, DisturbanceCause.Unreachable, seat.IntendedNs);
        LeaveIfOver(ref act, ref seat);
    }

    private readonly void OnAnswered(ref Act act, Handle connection, ref MonitorSeat seat)
    {
        long responseNs = act.NowNs - seat.IntendedNs;
        seat.Awaits = false;
        seat.Record.Received++;
        if (seat.IsCounted)
        {
            act.Counters(Role.Client)[Counter.MessagesAnswered]++;
            act.Latencies.Response.Record(responseNs);
            act.Latencies.Service.Record(act.NowNs - Math.Max(seat.SentNs, seat.IntendedNs));
        }

        Judge(ref act, connection, ref seat, responseNs);
        LeaveIfOver(ref act, ref seat);
    }

    /// <summary>
    /// Bytes that nobody asked for, or not these: nothing on this connection can be believed any more.
    /// </summary>
    private readonly void OnWrong(ref Act act, Handle connection, ref MonitorSeat seat)
    {
        CountAwaited(ref act, seat, Counter.MessagesInvalid);
        Disturb(ref seat, DisturbanceCause.Invalid, seat.Awaits ? seat.IntendedNs : act.NowNs);
        seat.Awaits = false;
        End(ref act, connection, CloseReason.InvalidReply);
    }

    /// <summary>The message under way has failed, if there is one.</summary>
    private readonly void CountAwaited(ref Act act, in MonitorSeat seat, Counter counter)
    {
        if (seat.Awaits)
        {
            CountFailed(ref act, seat, counter);
        }
    }

    /// <summary>Counts a failed message as what it is, or as one of the warm-up.</summary>
    private readonly void CountFailed(ref Act act, in MonitorSeat seat, Counter counter)
    {
        if (seat.IsCounted)
        {
            act.Counters(Role.Client)[counter]++;
        }
        else
        {
            _tally.WarmUpFailed++;
        }
    }
}
