namespace Throng.Measurement;

/// <summary>The part of a plan that a run has taken over from another process while the plan was under way.</summary>
/// <param name="At">From when on its arrivals are this run's.</param>
/// <param name="PassedBefore">Arrivals of the part that fell due before and count: in no other count.</param>
public sealed record PartTakenOver(DateTimeOffset At, long PassedBefore);
