namespace Throng.Engine;

/// <summary>Task of `hold`: to keep a number of connections open, and to notice when one is lost.</summary>
public sealed record HoldSpec : LoadSpec
{
    /// <summary>Send PING on every connection from time to time and check that it comes back.</summary>
    public bool Ping { get; init; }

    /// <summary>Each connection draws its period between these two, once.</summary>
    public long PingIntervalMinNs { get; init; } = 30_000_000_000;
    public long PingIntervalMaxNs { get; init; } = 60_000_000_000;
    public long PingTimeoutNs { get; init; } = 5_000_000_000;
}
