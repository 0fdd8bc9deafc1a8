namespace Throng.Cluster;

/// <summary>One moment by both clocks of a host.</summary>
/// <param name="Ns">By the clock that never jumps; its origin says nothing.</param>
/// <param name="Utc">By the wall clock, which may be wrong and may be set.</param>
public readonly record struct ClusterTime(long Ns, DateTimeOffset Utc);
