using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A closed loop: every connection has one message under way, and its echo, checked byte by byte, sends the next one.
/// So the rate is what the path and both ends make of it, never one that was asked for; response time here says
/// nothing of a server under a given load, because a slow answer also delays the question behind it.
/// A lost connection is replaced as <see cref="Hold"/> does it (<see cref="HoldTargets"/>). Invariants: an open
/// connection that is not leaving has exactly one message under way; counted sent = answered + timed out + lost +
/// invalid + under way.
/// </summary>
public struct RoundTrip : IWorkload
{
    private const byte ConnectTimer = 1;
    private const byte ReplyTimer = 2;

    /// <summary>
    /// A prime, so that a message left out, doubled or shifted does not look like the right one, whatever its size.
    /// </summary>
    private const int PatternBytes = 4093;

    /// <summary>Moves the pattern on from one connection to the next: bytes of another's are then wrong ones.</summary>
    private const int SlotStride = 31;

    private static readonly byte[] Pattern = MakePattern();

    private readonly RoundTripSpec _spec;
    private readonly Listing _listing = new(Role.Client);
    private readonly FailureLog _failures = new();
    private HoldTargets _targets = null!; // from OnStart on
    private Sweep _sweep;
    private long _countFromNs;
    private bool _isDraining;
    private bool _isAborting;
    private CloseKind _closeKind;

    public RoundTrip(RoundTripSpec spec)
    {
        Check.That(spec.MessageBytes > 0, "a message has at least one byte");
        _spec = spec;
        _closeKind = spec.Close;
    }

    public readonly long NextArrivalNs =>
        _sweep.IsRunning ? 0 : _isDraining ? long.MaxValue : _targets.NextNs;

    public readonly bool IsFinished => _isDraining && !_sweep.IsRunning;

    public void OnStart(ref Act act)
    {
        _countFromNs = act.NowNs + _spec.WarmUpNs;
        _targets = new HoldTargets(_spec.Targets.Count, act.Workers, periodNs: 0, act.NowNs);
        Want(ref act, _spec.Connections);
    }

    /// <summary>An arrival is one more connection that may be opened, or, draining, the next one to close.</summary>
    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            LeaveNext(ref act);
        }
        else if (_targets.TryNext(act.NowNs, out int target))
        {
            Connect(ref act, target);
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        _targets.OnOpened(act.EndpointOf(connection), act.NowNs);
        act.Latencies.Connect.Record(act.NowNs - trip.StampNs);
        trip.OpenedMs = Milliseconds.Of(act.NowNs);
        NoteOpened(ref act, act.EndpointOf(connection));
        if (_isDraining)
        {
            Leave(ref act, connection, ref trip);
            return;
        }

        act.Receive(connection, ReceiveMode.Stream);
        act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
        SendNext(ref act, connection, ref trip);
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        bool isOwed = trip.Awaits && bytes.Length <= _spec.MessageBytes - trip.RepliedBytes;
        if (!isOwed || !IsExpected(connection, trip.StreamOffset + trip.RepliedBytes, bytes))
        {
            act.Counters(Role.Client).MessagesInvalid += trip.TakeCounted();
            act.Close(connection, CloseReason.InvalidReply, _closeKind);
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
            act.Latencies.Response.Record(act.NowNs - trip.StampNs);
        }

        trip.StreamOffset += _spec.MessageBytes;
        if (trip.IsLeaving)
        {
            act.Close(connection, CloseReason.Drained, _closeKind);
        }
        else
        {
            SendNext(ref act, connection, ref trip);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _closeKind);

    /// <summary>
    /// The reply timer is not moved with every message: it is set once, and when it is due it looks how old the
    /// message under way is.
    /// </summary>
    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        if (timer == ConnectTimer)
        {
            act.Close(connection, CloseReason.ConnectTimeout);
            return;
        }

        long dueNs = trip.StampNs + _spec.ReplyTimeoutNs;
        if (dueNs > act.NowNs)
        {
            act.SetTimer(connection, dueNs, ReplyTimer);
            return;
        }

        if (trip.TakeCounted() != 0)
        {
            act.Counters(Role.Client).MessagesTimedOut++;
            act.Latencies.Response.Record(act.NowNs - trip.StampNs);
        }

        act.Close(connection, CloseReason.TimedOut, _closeKind);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        _listing.OnFacts(result, facts, Milliseconds.SinceNs(trip.OpenedMs, act.NowNs), act.NowNs - trip.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref TripState trip = ref ConnectionState.As<TripState>(ref state);
        int target = act.EndpointOf(connection);
        bool isOwn = CloseReasons.IsOwn(reason);
        act.Counters(Role.Client).MessagesLost += trip.TakeCounted();
        if (phase == Phase.Connecting)
        {
            _targets.OnConnectFailed(target, isOwn, act.NowNs, ref act.Random);
        }
        else if (!trip.IsLeaving)
        {
            _targets.OnLost(target, Milliseconds.SinceNs(trip.OpenedMs, act.NowNs), act.NowNs, ref act.Random);
        }

        if (!isOwn)
        {
            _failures.Add(act.NowNs, act.LocalOf(connection), act.Target(target), phase, reason, errno);
        }
    }

    public void OnCommand(ref Act act, in Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Drain or CommandKind.Abort:
                _isDraining = true;
                _isAborting = command.Kind == CommandKind.Abort;
                _closeKind = _isAborting ? CloseKind.Rst : _closeKind;
                Want(ref act, 0);
                _sweep.Start();
                break;

            case CommandKind.List:
                _listing.Begin(ref act, command.Question!, command.Value);
                break;

            case CommandKind.Failed:
                _failures.Tell(command.Question!);
                break;

            default:
                command.Question?.Done();
                break;
        }
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            ReadOnlySpan<byte> piece = PatternAt(connection, streamOffset, destination.Length);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            streamOffset += piece.Length;
        }
    }

    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[PatternBytes];
        for (int i = 0; i < pattern.Length; i++)
        {
            pattern[i] = (byte)SplitMix64.At(1, (ulong)i);
        }

        return pattern;
    }

    /// <summary>What a connection's stream has from an offset on: at least a byte, at most what is asked for.</summary>
    private static ReadOnlySpan<byte> PatternAt(Handle connection, long streamOffset, int bytesMax)
    {
        ulong position = (ulong)streamOffset + ((ulong)connection.Slot * SlotStride);
        int start = (int)(position % PatternBytes);
        return Pattern.AsSpan(start, Math.Min(bytesMax, PatternBytes - start));
    }

    private static bool IsExpected(Handle connection, long streamOffset, scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> piece = PatternAt(connection, streamOffset, bytes.Length);
            if (!bytes[..piece.Length].SequenceEqual(piece))
            {
                return false;
            }

            bytes = bytes[piece.Length..];
            streamOffset += piece.Length;
        }

        return true;
    }

    private readonly void SendNext(ref Act act, Handle connection, ref TripState trip)
    {
        trip.StampNs = act.NowNs;
        trip.RepliedBytes = 0;
        trip.Awaits = true;
        trip.IsCounted = act.NowNs >= _countFromNs;
        act.Counters(Role.Client).MessagesSent += trip.IsCounted ? 1 : 0;
        act.Send(connection, _spec.MessageBytes, trip.StreamOffset);
    }

    private readonly void Connect(ref Act act, int target)
    {
        OpenResult result = act.Open(target, out Handle connection);
        Counters counters = act.Counters(Role.Client);
        if (result != OpenResult.Started)
        {
            // It counts as an attempt that failed for want of room on this side, so that it shows.
            CloseReason reason = result == OpenResult.NoPort ? CloseReason.NoPort : CloseReason.NoDescriptor;
            counters.Attempts++;
            counters.ConnectFailed(reason)++;
            _failures.Add(act.NowNs, default, act.Target(target), Phase.Connecting, reason, 0);
            _targets.OnNoRoom(target, act.NowNs);
            return;
        }

        _targets.OnStarted(target, act.NowNs);
        counters.FirstAttemptNs = counters.FirstAttemptNs == 0 ? act.NowNs : counters.FirstAttemptNs;
        ConnectionState.As<TripState>(ref act.Connections[connection].State).StampNs = act.NowNs;
        act.SetTimer(connection, act.NowNs + _spec.ConnectTimeoutNs, ConnectTimer);
    }

    private readonly void NoteOpened(ref Act act, int target)
    {
        Counters counters = act.Counters(Role.Client);
        if (_targets[target].ToReplace > 0)
        {
            _targets[target].ToReplace--;
            counters.Reconnected++;
        }

        if (counters.RampUpEndNs == 0 && _targets.Open == _targets.Wanted)
        {
            counters.RampUpEndNs = act.NowNs;
            counters.RampUpOpened = counters.Opened;
        }
    }

    private readonly void Want(ref Act act, long total)
    {
        for (int target = 0; target < _targets.Count; target++)
        {
            int share = HoldPlan.OfWorker(total, target, _targets.Count, act.Worker, act.Workers);
            _targets.Want(target, share, act.NowNs);
        }
    }

    /// <summary>One step of the end: an open connection leaves with its echo, a connecting one at once.</summary>
    private void LeaveNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            return;
        }

        ref Connection record = ref act.Connections[connection];
        if (record.Phase == Phase.Open)
        {
            Leave(ref act, connection, ref ConnectionState.As<TripState>(ref record.State));
        }
        else if (record.Phase == Phase.Connecting)
        {
            act.Close(connection, CloseReason.Cancelled, _closeKind);
        }
    }

    private readonly void Leave(ref Act act, Handle connection, ref TripState trip)
    {
        if (!trip.IsLeaving)
        {
            trip.IsLeaving = true;
            _targets.OnLeft(act.EndpointOf(connection), act.NowNs);
        }

        if (!trip.Awaits || _isAborting)
        {
            act.Close(connection, CloseReason.Drained, _closeKind);
        }
    }

    /// <summary>What this workload keeps of each connection.</summary>
    private struct TripState
    {
        /// <summary>When the connect began; once open, when the message under way was sent.</summary>
        public long StampNs;

        /// <summary>Where that message begins in the connection's stream.</summary>
        public long StreamOffset;
        public uint OpenedMs;

        /// <summary>Bytes of its echo that have come.</summary>
        public int RepliedBytes;

        /// <summary>A message is under way.</summary>
        public bool Awaits;

        /// <summary>It was sent after the warm-up.</summary>
        public bool IsCounted;

        /// <summary>We have decided to close it; it no longer counts as open.</summary>
        public bool IsLeaving;

        /// <summary>Ends the message: 1 if it counts, which it then does once, else 0.</summary>
        public int TakeCounted()
        {
            int counted = Awaits && IsCounted ? 1 : 0;
            Awaits = false;
            return counted;
        }
    }
}
