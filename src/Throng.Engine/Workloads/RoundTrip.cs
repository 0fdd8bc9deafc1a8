namespace Throng.Engine;

/// <summary>
/// A closed loop: every connection has one message under way, and its echo, checked byte by byte, sends the next one.
/// So the rate is what the path and both ends make of it, never one that was asked for; response time here says
/// nothing of a server under a given load, because a slow answer also delays the question behind it.
/// A lost connection is replaced as <see cref="Hold"/> does it (<see cref="Roster"/>). Invariants: an open
/// connection that is not leaving has exactly one message under way; counted sent = answered + timed out + lost +
/// invalid + under way.
/// </summary>
public struct RoundTrip : IWorkload
{
    private const byte ReplyTimer = 1;

    private readonly RoundTripSpec _spec;
    private readonly Roster _roster;
    private long _countFromNs;

    public RoundTrip(RoundTripSpec spec, int targets, bool ownsTargets)
    {
        Check.That(spec.MessageBytes > 0, "a message has at least one byte");
        _spec = spec;
        _roster = new Roster(spec, targets, ownsTargets);
    }

    public readonly long NextArrivalNs => _roster.NextNs;

    public readonly bool IsFinished => _roster.IsFinished;

    public void OnStart(ref Act act)
    {
        _countFromNs = act.NowNs + _spec.WarmUpNs;
        _roster.Start(ref act, _spec.Connections);
    }

    public readonly void OnArrival(ref Act act) => _roster.OnArrival(ref act);

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        if (_roster.OnOpened(ref act, connection, ref trip.Member))
        {
            act.Receive(connection, ReceiveMode.Stream);
            act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
            SendNext(ref act, connection, ref trip);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        bool isOwed = trip.Member.Awaits && bytes.Length <= _spec.MessageBytes - trip.RepliedBytes;
        if (!isOwed || !Pattern.Is(Pattern.PlaceOf(connection.Slot, trip.StreamOffset + trip.RepliedBytes), bytes))
        {
            act.Counters(Role.Client).MessagesInvalid += trip.TakeCounted();
            act.Close(connection, CloseReason.InvalidReply, _roster.CloseKind);
            return;
        }

        trip.RepliedBytes += bytes.Length;
        if (trip.RepliedBytes < _spec.MessageBytes)
        {
            return;
        }

        if (trip.TakeCounted() != 0)
        {
            act.Counters(Role.Client).MessagesAnswered++;
            act.Latencies.Response.Record(act.NowNs - trip.Member.StampNs);
        }

        trip.StreamOffset += _spec.MessageBytes;
        if (!_roster.OnReplied(ref act, connection, ref trip.Member))
        {
            SendNext(ref act, connection, ref trip);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _roster.CloseKind);

    /// <summary>
    /// The reply timer is not moved with every message: it is set once, and when it is due it looks how old the
    /// message under way is.
    /// </summary>
    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        if (timer == Roster.ConnectTimer)
        {
            Roster.OnConnectTimer(ref act, connection);
            return;
        }

        long dueNs = trip.Member.StampNs + _spec.ReplyTimeoutNs;
        if (dueNs > act.NowNs)
        {
            act.SetTimer(connection, dueNs, ReplyTimer);
            return;
        }

        if (trip.TakeCounted() != 0)
        {
            act.Counters(Role.Client).MessagesTimedOut++;
            act.Latencies.Response.Record(act.NowNs - trip.Member.StampNs);
        }

        act.Close(connection, CloseReason.TimedOut, _roster.CloseKind);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        _roster.OnFacts(result, facts, trip.Member.AgeNs(act.NowNs), act.NowNs - trip.Member.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        act.Counters(Role.Client).MessagesLost += trip.TakeCounted();
        _roster.OnClosed(ref act, connection, trip.Member, reason, phase, errno);
    }

    public readonly void OnCommand(ref Act act, in Command command) => _roster.OnCommand(ref act, command);

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        Pattern.Fill(Pattern.PlaceOf(connection.Slot, streamOffset), destination);

    private readonly void SendNext(ref Act act, Handle connection, ref TripState trip)
    {
        trip.Member.StampNs = act.NowNs;
        trip.Member.Awaits = true;
        trip.RepliedBytes = 0;
        trip.IsCounted = act.NowNs >= _countFromNs;
        act.Counters(Role.Client).MessagesSent += trip.IsCounted ? 1 : 0;
        act.Send(connection, _spec.MessageBytes, trip.StreamOffset);
    }

    /// <summary>What this workload keeps of each connection.</summary>
    private struct TripState
    {
        /// <summary>Its stamp is when the message under way was sent.</summary>
        public Member Member;

        /// <summary>Where that message begins in the connection's stream.</summary>
        public long StreamOffset;

        /// <summary>Bytes of its echo that have come.</summary>
        public int RepliedBytes;

        /// <summary>It was sent after the warm-up.</summary>
        public bool IsCounted;

        /// <summary>Ends the message: 1 if it counts, which it then does once, else 0.</summary>
        public int TakeCounted()
        {
            int counted = Member.Awaits && IsCounted ? 1 : 0;
            Member.Awaits = false;
            return counted;
        }
    }
}
