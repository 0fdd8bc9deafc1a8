using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Something a person, a signal or the run asks of a worker; goes through its mailbox.</summary>
public readonly record struct WorkerMessage(
    WorkerMessageKind Kind, long Value, Question? Question = null, Schedule? Schedule = null, long FromNs = 0)
{
    /// <summary>The order of a search for a capacity.</summary>
    public CapacityOrder? Capacity { get; init; }
}
