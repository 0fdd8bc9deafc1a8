using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>
/// A client that does with connections to an echo server whatever a client may do: sends much at once or in messages,
/// half-closes, pauses, walks away in the middle. Each byte sent depends on connection and offset, so that a lost,
/// repeated or misplaced one shows in the echo.
/// </summary>
internal struct Chatter : IWorkload
{
    private const byte GiveUpTimer = 1;
    private const byte ResumeTimer = 2;
    private const long GiveUpNs = 20_000_000_000;

    private readonly int _targets;
    private readonly int _bytesMax;
    private Prng _random;
    private int _left;
    private int _inUse;
    private int _connectionsMax;
    private long _restUntilNs;

    public Chatter(int connections, int connectionsMax, int bytesMax, int targets, ulong seed)
    {
        _left = connections;
        _connectionsMax = connectionsMax;
        _bytesMax = bytesMax;
        _targets = targets;
        _random = new Prng(seed);
    }

    private enum Habit : byte
    {
        HalfCloses,
        Sends,
        Talks,
        Pauses,
        WalksAway,
    }

    public readonly long NextArrivalNs => _left > 0 && _inUse < _connectionsMax ? _restUntilNs : long.MaxValue;

    public readonly bool IsFinished => _left == 0;

    public readonly void OnStart(ref Act act)
    {
    }

    public void OnArrival(ref Act act)
    {
        int target = (int)_random.NextInRange(0, _targets - 1);
        if (act.Open(target, 3_000_000_000, out _) != OpenResult.Started)
        {
            _restUntilNs = act.NowNs + 100_000_000;
            return;
        }

        _left--;
        _inUse++;
    }

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref Talk talk = ref ConnectionState.As<Talk>(ref state);
        talk.Habit = (Habit)_random.NextInRange(0, (long)Habit.WalksAway);
        talk.Total = (int)_random.NextInRange(1, _random.NextInRange(0, 1) == 0 ? 100 : _bytesMax);
        act.SetTimer(connection, act.NowNs + GiveUpNs, GiveUpTimer);
        act.Receive(connection, _random.NextInRange(0, 1) == 0 ? ReceiveMode.Idle : ReceiveMode.Stream);
        if (talk.Habit == Habit.Talks)
        {
            Say(ref act, connection, ref talk);
            return;
        }

        talk.Announced = talk.Total;
        SendMode mode = talk.Habit == Habit.HalfCloses ? SendMode.Last : SendMode.Normal;
        if (talk.Total > 10 && _random.NextInRange(0, 1) == 0)
        {
            act.Send(connection, 10, 0);
            act.Send(connection, talk.Total - 10, 10, mode);
        }
        else
        {
            act.Send(connection, talk.Total, 0, mode);
        }
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref Talk talk = ref ConnectionState.As<Talk>(ref state);
        Check.That(talk.Received + bytes.Length <= talk.Announced, "no more comes back than was sent");
        for (int i = 0; i < bytes.Length; i++)
        {
            Check.That(bytes[i] == ByteAt(connection, talk.Received + i), "what comes back is what was sent");
        }

        talk.Received += bytes.Length;
        switch (talk.Habit)
        {
            case Habit.WalksAway when _random.NextInRange(0, 3) == 0:
                act.Close(connection, CloseReason.Cancelled, (CloseKind)_random.NextInRange(0, 1));
                break;
            case Habit.Pauses when _random.NextInRange(0, 3) == 0 && talk.Received < talk.Total:
                act.Receive(connection, ReceiveMode.Paused);
                act.SetTimer(connection, act.NowNs + _random.NextInRange(1, 50_000_000), ResumeTimer);
                break;
            case Habit.Talks when talk.Received == talk.Announced && talk.Received < talk.Total:
                Say(ref act, connection, ref talk);
                break;
            case not Habit.HalfCloses when talk.Received == talk.Total:
                act.Close(connection, CloseReason.Finished, (CloseKind)_random.NextInRange(0, 1));
                break;
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref Talk talk = ref ConnectionState.As<Talk>(ref state);
        talk.Sent += bytes;
        Check.That(talk.Sent <= talk.Announced, "no more is sent than was announced");
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref Talk talk = ref ConnectionState.As<Talk>(ref state);
        Check.That(talk.Habit == Habit.HalfCloses, "an echo server does not close first");
        Check.That(talk.Received == talk.Total && talk.Sent == talk.Total, "an echo server closes after the last byte");
        act.Close(connection, CloseReason.Finished);
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        if (timer == GiveUpTimer)
        {
            act.Close(connection, CloseReason.ReplyTimeout);
            return;
        }

        act.Receive(connection, ReceiveMode.Stream);
        act.SetTimer(connection, act.NowNs + GiveUpNs, GiveUpTimer);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno) =>
        _inUse--;

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        if (command.Kind is WorkerMessageKind.Drain or WorkerMessageKind.Abort)
        {
            _left = 0;
        }

        command.Question?.Done();
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = ByteAt(connection, streamOffset + i);
        }
    }

    private static byte ByteAt(Handle connection, long offset) =>
        (byte)((offset * 167) + (offset >> 8) + (connection.Slot * 31) + (connection.Generation * 7));

    private void Say(ref Act act, Handle connection, ref Talk talk)
    {
        int bytes = (int)Math.Min(talk.Total - talk.Announced, _random.NextInRange(1, 64));
        long offset = talk.Announced;
        talk.Announced += bytes;
        act.Send(connection, bytes, offset);
    }

    private struct Talk
    {
        public int Total;
        public int Announced;
        public int Sent;
        public int Received;
        public Habit Habit;
    }
}
