namespace Throng.Measurement;

/// <summary>A new connection that came to nothing.</summary>
/// <param name="StartNs">When it was due, since the run's start.</param>
/// <param name="EndNs">When that was known.</param>
public readonly record struct FailedProbe(long StartNs, long EndNs);
