namespace Throng.Engine;

/// <summary>
/// What a closed loop is to do: on each connection one message out, its echo back, then the next. All targets echo.
/// </summary>
public sealed record RoundTripSpec : LoadSpec
{
    /// <summary>Bytes of a message, 1 or more.</summary>
    public int MessageBytes { get; init; } = 64;

    /// <summary>Messages sent within this time of the start are checked, but neither counted nor recorded.</summary>
    public long WarmUpNs { get; init; }

    /// <summary>An echo that takes longer is given up, and its connection with it.</summary>
    public long ReplyTimeoutNs { get; init; } = 5_000_000_000;
}
