using System.Buffers.Binary;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Counts that all connections of an <see cref="Asker"/> saw.</summary>
internal sealed class AskTally
{
    public long Asked;
    public long Answered;

    /// <summary>Answers to what was answered before, or given up.</summary>
    public long Repeated;
    public int Closed;
}

/// <summary>
/// A few datagram connections that each ask a number of questions, the next after the answer or when it has waited
/// long enough. A question says where in the stream it begins and how long it is.
/// </summary>
internal struct Asker(AskTally tally) : IWorkload
{
    public const int Connections = 12;
    public const int QuestionsPerConnection = 20;
    private const int HeadBytes = 12;
    private const long PatienceNs = 30_000_000;
    private const byte GiveUp = 1;

    private int _begun;

    public readonly long NextArrivalNs => _begun < Connections ? 0 : long.MaxValue;

    public readonly bool IsFinished => tally.Closed == Connections;

    public readonly void OnStart(ref Act act)
    {
    }

    public void OnArrival(ref Act act)
    {
        _begun++;
        Assert.Equal(OpenResult.Started, act.Open(0, 5_000_000_000, out _));
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        act.Receive(connection, act.NowNs % 2 == 0 ? ReceiveMode.Idle : ReceiveMode.Stream);
        Ask(ref act, connection, ref state);
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref AskState own = ref ConnectionState.As<AskState>(ref state);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(bytes.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
        Assert.InRange(offset + bytes.Length, bytes.Length, own.NextOffset);
        Assert.Equal((byte)bytes.Length, bytes[^1]);
        if (offset != own.AwaitedOffset || !own.Awaits)
        {
            tally.Repeated++;
            return;
        }

        tally.Answered++;
        own.Awaits = false;
        if (own.IsSent)
        {
            Ask(ref act, connection, ref state);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref AskState own = ref ConnectionState.As<AskState>(ref state);
        own.IsSent = true;
        if (own.Awaits)
        {
            act.SetTimer(connection, act.NowNs + PatienceNs, GiveUp);
        }
        else
        {
            Ask(ref act, connection, ref state);
        }
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        Assert.Fail("datagrams have no end");

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        Ask(ref act, connection, ref state);

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno) =>
        tally.Closed++;

    public readonly void OnMessage(ref Act act, in WorkerMessage command)
    {
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        Assert.True(destination.Length > HeadBytes);
        destination.Fill((byte)destination.Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination, streamOffset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], destination.Length);
    }

    private readonly void Ask(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref AskState own = ref ConnectionState.As<AskState>(ref state);
        if (own.Count == QuestionsPerConnection)
        {
            act.Close(connection, CloseReason.Finished);
            return;
        }

        int bytes = HeadBytes + 1 + (++own.Count * 67 % 1400);
        tally.Asked++;
        act.ClearTimer(connection);
        own.AwaitedOffset = own.NextOffset;
        own.NextOffset += bytes;
        own.Awaits = true;
        own.IsSent = false;
        act.Send(connection, bytes, own.AwaitedOffset);
    }

    private struct AskState
    {
        public long AwaitedOffset;
        public long NextOffset;
        public int Count;
        public bool Awaits;
        public bool IsSent;
    }
}
