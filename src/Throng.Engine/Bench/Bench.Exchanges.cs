using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the handshake to the last answer.</summary>
internal partial struct Bench
{
    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref BurstState burst = ref ConnectionState.As<BurstState>(ref state);
        _connecting--;
        _open++;
        _connections.OnOpened(ref act, connection);
        act.Latencies.Connect.Record(act.NowNs - burst.StampNs);
        act.Receive(connection, ReceiveMode.Stream);
        NoteOpened();
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref BurstState burst = ref ConnectionState.As<BurstState>(ref state);
        if (_spec.TakesMore)
        {
            bytes = bytes[..Math.Min(bytes.Length, burst.Awaits ? _replyBytes - burst.RepliedBytes : 0)];
            if (bytes.Length == 0)
            {
                return;
            }
        }

        if (!burst.Awaits || bytes.Length > _replyBytes - burst.RepliedBytes || !IsRight(connection, burst, bytes))
        {
            act.Close(connection, CloseReason.InvalidReply, _closeKind);
            return;
        }

        burst.RepliedBytes += bytes.Length;
        if (burst.RepliedBytes < _replyBytes)
        {
            return;
        }

        bool isFirst = burst.StreamOffset == 0;
        bool counts = _rounds[_round - 1].Counts;
        bool goesOn = counts && act.NowNs < _releaseNs + _spec.ForNs;
        act.Counters(Role.Client)[Counter.MessagesAnswered]++;
        if (counts)
        {
            act.Latencies.Response.Record(act.NowNs - (isFirst ? _releaseNs : burst.StampNs));
        }

        _tally.NoteDone(act.NowNs, act.NowNs - burst.StampNs);
        _tally.InTime += goesOn ? 1 : 0;
        burst.StreamOffset += _spec.MessageBytes;
        if (goesOn && !_isOver)
        {
            Send(ref act, connection, ref burst);
            return;
        }

        burst.Awaits = false;
        act.ClearTimer(connection);
        _awaited--;
        NoteAnswered();
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        // The reply may have come in the same turn: the stamp is the one before the send.
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _closeKind);

    /// <summary>The reply timer is set once; when it is due it looks how old the message under way is.</summary>
    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref BurstState burst = ref ConnectionState.As<BurstState>(ref state);
        long dueNs = burst.StampNs + _spec.ReplyTimeoutNs;
        if (dueNs > act.NowNs)
        {
            act.SetTimer(connection, dueNs, ReplyTimer);
            return;
        }

        act.Close(connection, CloseReason.TimedOut, _closeKind);
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref BurstState burst = ref ConnectionState.As<BurstState>(ref state);
        _connections.OnClosed(ref act, connection, reason, phase, errno);
        _seats[burst.Seat] = Handle.None;
        if (phase == Phase.Connecting)
        {
            _connecting--;
        }
        else
        {
            _open--;
        }

        // One that had its answer and goes away before the others have theirs has failed nobody.
        bool hasAnswer = burst is { Awaits: false, StreamOffset: > 0 };
        if (reason != CloseReason.Finished && !hasAnswer)
        {
            _tally.Errors[(int)reason]++;
        }

        if (burst.Awaits)
        {
            Counters counters = act.Counters(Role.Client);
            counters[Counter.MessagesTimedOut] += reason == CloseReason.TimedOut ? 1 : 0;
            counters[Counter.MessagesInvalid] += reason == CloseReason.InvalidReply ? 1 : 0;
            counters[Counter.MessagesLost] += reason is CloseReason.TimedOut or CloseReason.InvalidReply ? 0 : 1;
            _awaited--;
        }

        NoteOpened();
        NoteAnswered();
        NoteClosed();
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        if (_content.Length == 0)
        {
            Pattern.Fill(Pattern.PlaceOf(connection.Slot, streamOffset), destination);
            return;
        }

        while (destination.Length > 0)
        {
            int from = (int)(streamOffset % _content.Length);
            int bytes = Math.Min(destination.Length, _content.Length - from);
            _content.AsSpan(from, bytes).CopyTo(destination);
            destination = destination[bytes..];
            streamOffset += bytes;
        }
    }

    /// <summary>The message first, then nothing but zeros.</summary>
    private readonly bool IsRight(Handle connection, in BurstState burst, scoped ReadOnlySpan<byte> bytes)
    {
        int left = Math.Max(0, _spec.MessageBytes - burst.RepliedBytes);
        int echoed = Math.Min(left, bytes.Length);
        ReadOnlySpan<byte> echo = bytes[..echoed];
        bool isEcho = echoed == 0
            || (_content.Length > 0
                ? echo.SequenceEqual(_content.AsSpan(burst.RepliedBytes, echoed))
                : Pattern.Is(Pattern.PlaceOf(connection.Slot, burst.StreamOffset + burst.RepliedBytes), echo));
        return isEcho && !bytes[echoed..].ContainsAnyExcept((byte)0);
    }

    private readonly void Send(ref Act act, Handle connection, ref BurstState burst)
    {
        if (!burst.Awaits)
        {
            act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
        }

        burst.StampNs = act.NowNs;
        burst.RepliedBytes = 0;
        burst.Awaits = true;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        act.Send(connection, _spec.MessageBytes, burst.StreamOffset);
    }

    /// <summary>State that the bench workload keeps of each connection.</summary>
    private struct BurstState
    {
        /// <summary>When the connect began; then when the message under way was handed over.</summary>
        public long StampNs;

        /// <summary>Where that message begins in the connection's stream.</summary>
        public long StreamOffset;

        /// <summary>Bytes of its answer that have come.</summary>
        public int RepliedBytes;

        /// <summary>Its place among those of the round.</summary>
        public int Seat;

        /// <summary>An answer is owed.</summary>
        public bool Awaits;
    }
}
