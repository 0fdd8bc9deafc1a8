using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the handshake to the last answer.</summary>
internal partial struct Bench
{
    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref BenchState bench = ref ConnectionState.As<BenchState>(ref state);
        _connecting--;
        _open++;
        _connections.OnOpened(ref act, connection);
        act.Latencies.Connect.Record(act.NowNs - bench.StampNs);
        act.Receive(connection, ReceiveMode.Stream);
        NoteOpened();
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref BenchState bench = ref ConnectionState.As<BenchState>(ref state);
        if (_spec.TakesMore)
        {
            bytes = bytes[..Math.Min(bytes.Length, bench.Awaits ? _replyBytes - bench.RepliedBytes : 0)];
            if (bytes.Length == 0)
            {
                return;
            }
        }

        if (!bench.Awaits || bytes.Length > _replyBytes - bench.RepliedBytes || !IsRight(connection, bench, bytes))
        {
            act.Close(connection, CloseReason.InvalidReply, _closeKind);
            return;
        }

        bench.RepliedBytes += bytes.Length;
        if (bench.RepliedBytes < _replyBytes)
        {
            return;
        }

        bool isFirst = bench.StreamOffset == 0;
        bool counts = _rounds[_round - 1].Counts;
        bool goesOn = counts && act.NowNs < _releaseNs + _spec.ForNs;
        act.Counters(Role.Client)[Counter.MessagesAnswered]++;
        if (counts)
        {
            act.Latencies.Response.Record(act.NowNs - (isFirst ? _releaseNs : bench.StampNs));
        }

        _tally.NoteDone(act.NowNs, act.NowNs - bench.StampNs);
        _tally.InTime += goesOn ? 1 : 0;
        bench.StreamOffset += _spec.MessageBytes;
        if (goesOn && !_isOver)
        {
            Send(ref act, connection, ref bench);
            return;
        }

        bench.Awaits = false;
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
        ref BenchState bench = ref ConnectionState.As<BenchState>(ref state);
        long dueNs = bench.StampNs + _spec.ReplyTimeoutNs;
        if (dueNs > act.NowNs)
        {
            act.SetTimer(connection, dueNs, ReplyTimer);
            return;
        }

        act.Close(connection, CloseReason.ReplyTimeout, _closeKind);
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref BenchState bench = ref ConnectionState.As<BenchState>(ref state);
        _connections.OnClosed(ref act, connection, reason, phase);
        _seats[bench.Seat] = Handle.None;
        if (phase == Phase.Connecting)
        {
            _connecting--;
        }
        else
        {
            _open--;
        }

        // One that had its answer and goes away before the others have theirs has failed nobody.
        bool hasAnswer = bench is { Awaits: false, StreamOffset: > 0 };
        if (reason != CloseReason.Finished && !hasAnswer)
        {
            _tally.Errors[(int)reason]++;
        }

        if (bench.Awaits)
        {
            Counters counters = act.Counters(Role.Client);
            counters[Counter.MessagesTimedOut] += reason == CloseReason.ReplyTimeout ? 1 : 0;
            counters[Counter.MessagesInvalid] += reason == CloseReason.InvalidReply ? 1 : 0;
            counters[Counter.MessagesLost] += reason is CloseReason.ReplyTimeout or CloseReason.InvalidReply ? 0 : 1;
            _awaited--;
        }

        NoteOpened();
        NoteAnswered();
        NoteClosed();
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        ref BenchState bench = ref ConnectionState.As<BenchState>(ref state);
        return LastState.Of(bench.Awaits, bench.RepliedBytes > 0);
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
    private readonly bool IsRight(Handle connection, in BenchState bench, scoped ReadOnlySpan<byte> bytes)
    {
        int left = Math.Max(0, _spec.MessageBytes - bench.RepliedBytes);
        int echoed = Math.Min(left, bytes.Length);
        ReadOnlySpan<byte> echo = bytes[..echoed];
        bool isEcho = echoed == 0
            || (_content.Length > 0
                ? echo.SequenceEqual(_content.AsSpan(bench.RepliedBytes, echoed))
                : Pattern.Is(Pattern.PlaceOf(connection.Slot, bench.StreamOffset + bench.RepliedBytes), echo));
        return isEcho && !bytes[echoed..].ContainsAnyExcept((byte)0);
    }

    private readonly void Send(ref Act act, Handle connection, ref BenchState bench)
    {
        if (!bench.Awaits)
        {
            act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
        }

        bench.StampNs = act.NowNs;
        bench.RepliedBytes = 0;
        bench.Awaits = true;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        act.Send(connection, _spec.MessageBytes, bench.StreamOffset);
    }

    /// <summary>State that the bench workload keeps of each connection.</summary>
    private struct BenchState
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
