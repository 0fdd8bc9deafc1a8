using Throng.Engine;
using Throng.Measurement;

namespace Throng.KernelTests;

/// <summary>
/// Keeps connections open and chats on each of them: says hello, waits for it to come back, and says it again some time
/// later. The smallest workload that is worth its name; docs/develop/adding-a-command.md walks through it.
/// </summary>
internal struct Chat(ChatSpec spec, int targets, bool ownsTargets) : IWorkload
{
    private const byte SayTimer = 1;

    private readonly ConnectionKeeper _keeper = new(spec, targets, ownsTargets);

    private static ReadOnlySpan<byte> Hello => "HELLO"u8;

    public readonly long NextArrivalNs => _keeper.NextNs;

    public readonly bool IsFinished => _keeper.IsFinished;

    public readonly void OnStart(ref Act act) => _keeper.Start(ref act, spec.Connections);

    public readonly void OnArrival(ref Act act) => _keeper.OnArrival(ref act);

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        if (_keeper.OnOpened(ref act, connection, ref chat.Member))
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

        chat.Answers++;
        chat.Member.OnAnswered(ref act);
        act.Counters(Role.Client)[Counter.MessagesAnswered]++;
        act.Latencies.Response.Record(act.NowNs - chat.Member.StampNs);
        if (!_keeper.OnReplied(ref act, connection, ref chat.Member))
        {
            act.SetTimer(connection, act.NowNs + spec.EveryNs, SayTimer);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _keeper.CloseKind);

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        Say(ref act, connection, ref ConnectionState.As<ChatState>(ref state));

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        _keeper.OnFacts(connection, result, facts, chat.Member.AgeNs(act.NowNs), act.NowNs - chat.Member.StampNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref ChatState chat = ref ConnectionState.As<ChatState>(ref state);
        act.Counters(Role.Client)[Counter.MessagesLost] += chat.Member.Awaits ? 1 : 0;
        long idleNs = act.NowNs - chat.Member.StampNs;
        _keeper.OnClosed(ref act, connection, chat.Member, reason, phase, chat.Answers, idleNs);
    }

    public readonly void OnMessage(ref Act act, in WorkerMessage message) => _keeper.OnMessage(ref act, message);

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
        public int Answers;
    }
}
