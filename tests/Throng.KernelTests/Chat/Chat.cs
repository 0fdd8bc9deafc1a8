using Throng.Engine;
using Throng.Measurement;

namespace Throng.KernelTests;

/// <summary>
/// Keeps connections open and chats on each of them: says hello, waits for it to come back, and says it again some time
/// later. The smallest workload that is worth its name; docs/ADDING-A-COMMAND.md walks through it.
/// </summary>
internal struct Chat(ChatSpec spec, int targets, bool ownsTargets) : IWorkload
{
    private const byte SayTimer = 1;

    private readonly ConnectionKeeper _roster = new(spec, targets, ownsTargets);

    private static ReadOnlySpan<byte> Hello => "HELLO"u8;

    public readonly long NextArrivalNs => _roster.NextNs;

    public readonly bool IsFinished => _roster.IsFinished;

    public readonly void OnStart(ref Act act) => _roster.Start(ref act, spec.Connections);

    public readonly void OnArrival(ref Act act) => _roster.OnArrival(ref act);

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        if (_roster.OnOpened(ref act, connection, ref chat.Member))
        {
            act.Receive(connection, ReceiveMode.Idle);
            Say(ref act, connection, ref chat);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        chat.HeardBytes += bytes.Length;
        if (!chat.Member.Awaits || chat.HeardBytes < Hello.Length)
        {
            return;
        }

        act.Counters(Role.Client)[Counter.MessagesAnswered]++;
        act.Latencies.Response.Record(act.NowNs - chat.Member.StampNs);
        if (!_roster.OnReplied(ref act, connection, ref chat.Member))
        {
            act.SetTimer(connection, act.NowNs + spec.EveryNs, SayTimer);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _roster.CloseKind);

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        Say(ref act, connection, ref ConnectionState.As<ChatState>(ref state));

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        _roster.OnFacts(result, facts, chat.Member.AgeNs(act.NowNs), act.NowNs - chat.Member.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        act.Counters(Role.Client)[Counter.MessagesLost] += chat.Member.Awaits ? 1 : 0;
        _roster.OnClosed(ref act, connection, chat.Member, reason, phase, errno);
    }

    public readonly void OnMessage(ref Act act, in WorkerMessage message) => _roster.OnMessage(ref act, message);

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        Hello[(int)streamOffset..].CopyTo(destination);

    private static void Say(ref Act act, Handle connection, ref ChatState chat)
    {
        chat.Member.Awaits = true;
        chat.Member.StampNs = act.NowNs;
        chat.HeardBytes = 0;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        act.Send(connection, Hello.Length, 0);
    }

    private struct ChatState
    {
        public KeptConnection Member;
        public int HeardBytes;
    }
}
