namespace Throng.Measurement;

/// <summary>Arrivals per second that fell due, and that were served: answered in time.</summary>
public sealed record Rate(double OfferedPerSecond, double AchievedPerSecond);
