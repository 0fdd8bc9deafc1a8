using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>
/// A client of exchanges: sends, half-closes, reads to the end; or walks away at any moment. What comes must be the
/// answer from its beginning, and after an end without an error all of it.
/// </summary>
internal struct Exchanger(int connections, byte[] answer, ulong seed) : IWorkload
{
    private const byte WalkTimer = 1;

    private Prng _random = new(seed);
    private int _left = connections;
    private int _inUse;
    private long _restUntilNs;

    /// <summary>Exchanges that brought the whole answer and a FIN.</summary>
    public int Whole { get; private set; }

    public readonly long NextArrivalNs => _left > 0 && _inUse < 8 ? _restUntilNs : long.MaxValue;

    public readonly bool IsFinished => _left == 0;

    public readonly void OnStart(ref Act act)
    {
    }

    public void OnArrival(ref Act act)
    {
        if (act.Open(0, 5_000_000_000, out _) != OpenResult.Started)
        {
            _restUntilNs = act.NowNs + 100_000_000;
            return;
        }

        _left--;
        _inUse++;
    }

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        bool isImpatient = _random.NextInRange(0, 3) == 0;
        act.SetTimer(
            connection, act.NowNs + _random.NextInRange(1, isImpatient ? 20_000_000 : 20_000_000_000), WalkTimer);
        act.Receive(connection, ReceiveMode.Stream);
        bool isSilent = _random.NextInRange(0, 5) == 0;
        if (!isSilent)
        {
            act.Send(connection, (int)_random.NextInRange(0, 5000), 0, SendMode.Last);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref int received = ref ConnectionState.As<int>(ref state);
        Check.That(received + bytes.Length <= answer.Length, "no more comes than the answer");
        Check.That(bytes.SequenceEqual(answer.AsSpan(received, bytes.Length)), "the answer comes as it is");
        received += bytes.Length;
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        int received = ConnectionState.As<int>(ref state);
        Check.That(received == 0 || received == answer.Length, "an answer that ends in order is whole");
        Whole += received == answer.Length ? 1 : 0;
        act.Close(connection, CloseReason.Finished);
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        act.Close(connection, CloseReason.Cancelled, (CloseKind)(connection.Slot % 2));

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno) =>
        _inUse--;

    public void OnMessage(ref Act act, in WorkerMessage command) => _left = 0;

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) => destination.Clear();
}
