namespace Throng.Measurement;

/// <summary>Something that changed the run while it ran: a live command, a signal, a disturbance.</summary>
public sealed record RunEvent(long TimeNs, string What)
{
    /// <summary>Of merged runs: the run it happened in; null of a run of its own.</summary>
    public string? Source { get; init; }
}
