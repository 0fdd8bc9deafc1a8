namespace Throng.Measurement;

/// <summary>Outcome of a lane: a connection that was silent for a time, and was then asked.</summary>
public enum IdleOutcome : byte
{
    /// <summary>It is still being opened, silent, or asked.</summary>
    None = 0,

    /// <summary>Its message was answered after the silence.</summary>
    Remembered,

    // Forgotten: what showed it.

    /// <summary>Nobody acknowledged the message, however often it was sent again.</summary>
    NotAcknowledged,

    /// <summary>The message was acknowledged, and no answer came.</summary>
    NotAnswered,

    /// <summary>A RST came in answer to the message.</summary>
    ResetInAnswer,

    /// <summary>A FIN came in answer to the message.</summary>
    ClosedInAnswer,

    /// <summary>A RST came while it was silent.</summary>
    ResetWhileSilent,

    /// <summary>A FIN came while it was silent.</summary>
    ClosedWhileSilent,

    /// <summary>While it was silent, the kernel gave it up: its keepalive probes were not answered.</summary>
    ProbesNotAnswered,

    /// <summary>The other end promised to send after the silence, and nothing came.</summary>
    NotArrived,

    // What says nothing of the silence.

    /// <summary>It was not opened, or its first message was not answered: it never came to be silent.</summary>
    NotOpened,

    /// <summary>The other end sent something that nobody had asked for: it was not silent.</summary>
    Talked,

    /// <summary>Something came back that is no answer to the message.</summary>
    Wrong,

    /// <summary>It ended by something on this side.</summary>
    Failed,

    /// <summary>It was closed before it was asked: its round was decided without it, or the run ended.</summary>
    NotNeeded,
}

/// <summary>Names of the outcomes of lanes in results, and what they say.</summary>
public static class IdleOutcomes
{
    private static readonly string[] Names = EnumWords.Of<IdleOutcome>('-');

    /// <summary>Every outcome that a lane can end with.</summary>
    public static IReadOnlyList<IdleOutcome> All { get; } = [.. Enum.GetValues<IdleOutcome>().Skip(1)];

    public static string Name(IdleOutcome outcome) => Names[(int)outcome];

    /// <summary>The outcome of that name; <see cref="IdleOutcome.None"/> for one that is not known.</summary>
    public static IdleOutcome Find(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (IdleOutcome)at : IdleOutcome.None;

    /// <summary>Whether the connection was no longer of use after its silence.</summary>
    public static bool IsForgotten(IdleOutcome outcome) =>
        outcome is >= IdleOutcome.NotAcknowledged and <= IdleOutcome.NotArrived;

    /// <summary>Whether it ended while nothing was sent, so that the moment itself was seen.</summary>
    public static bool IsSeen(IdleOutcome outcome) =>
        outcome is IdleOutcome.ResetWhileSilent or IdleOutcome.ClosedWhileSilent;

    /// <summary>Whether the lane says something of the silence.</summary>
    public static bool Tells(IdleOutcome outcome) => outcome == IdleOutcome.Remembered || IsForgotten(outcome);
}
