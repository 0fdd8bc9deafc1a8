namespace Throng.Tests;

/// <summary>Ways in which a peer that accepted a connection may behave badly on it.</summary>
[Flags]
internal enum Misdeeds
{
    None = 0,

    /// <summary>Ends its own side behind the first answer, and reads on.</summary>
    HalfCloses = 1,
    NeverReads = 2,

    /// <summary>Answers in pieces of one byte.</summary>
    OneByte = 4,

    /// <summary>Says everything twice.</summary>
    Twice = 8,

    /// <summary>Holds one piece back and sends it behind the next.</summary>
    OutOfOrder = 16,

    /// <summary>A bit of an answer is another one.</summary>
    Wrong = 32,

    /// <summary>Answers after up to three seconds.</summary>
    Late = 64,
    Never = 128,

    /// <summary>Closes, in order or with a reset, while it is being written to and has begun to answer.</summary>
    ClosesAtOnce = 256,

    All = 511,
}

/// <summary>Conduct of all peers of a simulation, which may change for the better.</summary>
internal sealed class Conduct(Misdeeds misdeeds)
{
    /// <summary>Misdeeds that a connection accepted from now on may meet.</summary>
    public Misdeeds Misdeeds { get; set; } = misdeeds;
}
