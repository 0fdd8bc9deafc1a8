namespace Throng.Measurement;

/// <summary>Every connect that was begun, and how long those took that succeeded or failed by the peer's word.</summary>
public sealed record ConnectPhase(long Attempts, LatencySummary Latency);
