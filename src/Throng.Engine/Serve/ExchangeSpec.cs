using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Answer that a server gives in an exchange, and when it gives it.</summary>
public sealed record ExchangeSpec
{
    public const long IdleTimeoutDefaultNs = 30 * Ns.Second;

    /// <summary>The answer where no other is given: 64 bytes.</summary>
    public static byte[] ContentDefault { get; } =
        [.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-\n"u8];

    /// <summary>The whole answer; may be empty. Shared by all workers, and never written to.</summary>
    public byte[] Content { get; init; } = ContentDefault;

    /// <summary>From the peer's FIN to the answer.</summary>
    public long DelayNs { get; init; }

    /// <summary>Connections accepted per second over all workers, evenly spaced; 0: as they come. The listeners have
    /// to be paced then.</summary>
    public double AcceptRatePerSecond { get; init; }

    /// <summary>An exchange in which no byte has moved for so long is closed; 0: it never is.</summary>
    public long IdleTimeoutNs { get; init; } = IdleTimeoutDefaultNs;

    public bool IsPaced => AcceptRatePerSecond > 0;
}
