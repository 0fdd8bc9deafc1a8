namespace Throng.Measurement;

/// <summary>Arrivals per second that fell due, and that were served.</summary>
public sealed record Rate(double OfferedPerSecond, double AchievedPerSecond);
