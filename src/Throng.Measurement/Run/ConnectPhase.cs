namespace Throng.Measurement;

/// <summary>Every connect that was begun, and how long those took that became a connection.</summary>
public sealed record ConnectPhase(long Attempts, LatencySummary Latency)
{
    /// <summary>The TLS handshakes among them, each a part of its connect; null without TLS.</summary>
    public LatencySummary? Handshake { get; init; }
}
