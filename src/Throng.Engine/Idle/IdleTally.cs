using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Lanes of one worker in the round under way. The guide makes them before it orders the round; from then on they are
/// the worker's, and the guide reads what an outcome was written behind.
/// </summary>
internal sealed class IdleTally
{
    /// <summary>The lanes of the round that is ordered next, or under way.</summary>
    public IdleSeat[] Seats = [];

    /// <summary>The last round all of whose connections have ended, from 1. Any thread.</summary>
    public int ClosedRound;
}

/// <summary>State of a lane beyond that of its connection.</summary>
internal struct IdleSeat
{
    /// <summary>How long it is to be silent.</summary>
    public long SilenceNs;

    /// <summary>Keepalive of its connection; 0 for none.</summary>
    public int KeepAliveSeconds;

    /// <summary>Its first message is its last: behind it comes its FIN, and after the silence the server sends.
    /// </summary>
    public bool HalfCloses;

    /// <summary>Bytes of what the server promised that have come, of both times together.</summary>
    public int PromisedBytes;

    public Handle Connection;
    public IdleStage Stage;

    /// <summary>It has asked for facts that have not come.</summary>
    public bool AsksFacts;

    /// <summary>Segments that had been sent again when it became silent; null where nobody knows.</summary>
    public uint? RetransmitsBefore;

    /// <summary>When its connect began; then when its first answer began.</summary>
    public long BegunNs;

    /// <summary>When the last packet before the silence left: the acknowledgement of what came.</summary>
    public long LastNs;

    /// <summary>When the message was handed to the kernel.</summary>
    public long AskedNs;

    // What became of it: written by the worker before the outcome, which is written once, and read behind it.
    public long EndedSilenceNs;
    public long? AnswerNs;
    public long? Retransmits;
    public CloseReason Reason;
    private int _outcome;

    /// <summary>The outcome; <see cref="IdleOutcome.None"/> until it has one. Any thread.</summary>
    public IdleOutcome Outcome
    {
        get => (IdleOutcome)Volatile.Read(ref _outcome);
        set => Volatile.Write(ref _outcome, (int)value);
    }
}

/// <summary>Where a lane is in its life.</summary>
internal enum IdleStage : byte
{
    Connecting = 0,

    /// <summary>Its first message is under way: it shows that the other end answers.</summary>
    Greeting,

    Silent,

    /// <summary>The message after the silence is under way.</summary>
    Asked,

    /// <summary>No answer came in time; the kernel is asked what became of the message.</summary>
    Examined,

    Over,
}
