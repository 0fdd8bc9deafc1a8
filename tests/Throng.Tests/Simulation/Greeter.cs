using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Counts that <see cref="Greeter"/> saw over all its connections.</summary>
internal sealed class GreetTally
{
    /// <summary>Connections that got all they were to get, and then a FIN.</summary>
    public int Whole;

    public int Opened;
    public int Lost;
    public int Failed;
}

/// <summary>
/// A client of a server that stamps: each connection sends a text in pieces with a pause after each, half-closes and
/// reads to the end. What comes back must be the text with the name over its beginning; nothing at all before 64 bytes
/// were sent, or the end of a text that is shorter.
/// </summary>
internal struct Greeter(int[][] pieces, string name, GreetTally tally, long everyNs = 0) : IWorkload
{
    private const byte PieceTimer = 1;
    private const long PauseNs = 20_000_000;
    private const int HeadBytes = 64;

    private int _begun;
    private int _ended;
    private long _nextNs;

    /// <summary>Byte that every connection sends at an offset, as far as its pieces go.</summary>
    public static byte At(long offset) => (byte)(offset * 7 % 251);

    public readonly long NextArrivalNs => _begun < pieces.Length ? _nextNs : long.MaxValue;

    public readonly bool IsFinished => _begun == pieces.Length && _ended == _begun;

    public readonly void OnStart(ref Act act)
    {
    }

    public void OnArrival(ref Act act)
    {
        _nextNs = act.NowNs + everyNs;
        if (act.Open(0, 5_000_000_000, out Handle connection) == OpenResult.Started)
        {
            ConnectionState.As<State>(ref act.Connections[connection].State).Plan = _begun++;
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        tally.Opened++;
        act.Receive(connection, ReceiveMode.Stream);
        SendNext(ref act, connection, ref ConnectionState.As<State>(ref state));
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        SendNext(ref act, connection, ref ConnectionState.As<State>(ref state));

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref State own = ref ConnectionState.As<State>(ref state);
        own.Sent += bytes;
        if (own.Sent == own.Announced && own.Piece < pieces[own.Plan].Length)
        {
            act.SetTimer(connection, act.NowNs + PauseNs, PieceTimer);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref State own = ref ConnectionState.As<State>(ref state);
        bool isWhole = own.Announced >= HeadBytes || own.Piece == pieces[own.Plan].Length;
        Check.That(isWhole, "nothing comes back before the head was sent");
        foreach (byte one in bytes)
        {
            byte expected = own.Received < name.Length ? (byte)name[own.Received] : At(own.Received);
            Check.That(one == expected, $"byte {own.Received} is what was sent, or the name's");
            own.Received++;
        }
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref State own = ref ConnectionState.As<State>(ref state);
        int expected = own.Announced;
        Check.That(own.Piece == pieces[own.Plan].Length, "a server does not end first");
        Check.That(own.Received == expected, $"{own.Received} came back of {expected}");
        tally.Whole++;
        act.Close(connection, CloseReason.Finished);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        _ended++;
        tally.Failed += phase == Phase.Open ? 0 : 1;
        tally.Lost += phase == Phase.Open && reason != CloseReason.Finished ? 1 : 0;
    }

    public readonly void OnMessage(ref Act act, in WorkerMessage command)
    {
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = At(streamOffset + i);
        }
    }

    private readonly void SendNext(ref Act act, Handle connection, ref State own)
    {
        int[] plan = pieces[own.Plan];
        int bytes = plan[own.Piece++];
        bool isLast = own.Piece == plan.Length;
        act.Send(connection, bytes, own.Announced, isLast ? SendMode.Last : SendMode.Normal);
        own.Announced += bytes;
    }

    private struct State
    {
        public int Plan;
        public int Piece;
        public int Announced;
        public int Sent;
        public int Received;
    }
}
