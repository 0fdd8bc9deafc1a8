using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

internal enum Habit : byte
{
    /// <summary>Never answers.</summary>
    Mute,

    /// <summary>Closes behind the first answer.</summary>
    OneAnswer,

    /// <summary>Closes what has been silent for 3 s.</summary>
    Impatient,

    /// <summary>Reads, and so answers, from 3 s after the connection on.</summary>
    Slow,
}

/// <summary>An echo server with a habit.</summary>
internal readonly struct OddServer(Habit habit) : IWorkload
{
    private const long PatienceNs = 3_000_000_000;

    public long NextArrivalNs => long.MaxValue;

    public bool IsFinished => false;

    public void OnStart(ref Act act)
    {
    }

    public void OnArrival(ref Act act)
    {
    }

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        act.Receive(connection, habit == Habit.Slow ? ReceiveMode.Paused : ReceiveMode.Stream);
        if (habit is Habit.Impatient or Habit.Slow)
        {
            act.SetTimer(connection, act.NowNs + PatienceNs, 1);
        }
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        if (habit == Habit.Impatient)
        {
            act.SetTimer(connection, act.NowNs + PatienceNs, 1);
        }

        if (habit != Habit.Mute)
        {
            act.Forward(connection, ref lease);
        }
    }

    public void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        if (habit == Habit.OneAnswer)
        {
            act.Close(connection, CloseReason.Finished);
        }
    }

    public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed);

    public void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        if (habit == Habit.Slow)
        {
            act.Receive(connection, ReceiveMode.Stream);
        }
        else
        {
            act.Close(connection, CloseReason.Finished);
        }
    }

    public void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
    }
}
