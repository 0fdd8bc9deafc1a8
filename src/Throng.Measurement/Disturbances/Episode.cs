namespace Throng.Measurement;

/// <summary>Disturbances, and new connections that failed, with no quiet time between them.</summary>
public sealed record Episode
{
    /// <summary>Since the run's start.</summary>
    public required long StartNs { get; init; }
    public required long EndNs { get; init; }

    /// <summary>Lasting connections that were disturbed in it, each counted once.</summary>
    public required int Connections { get; init; }

    /// <summary>
    /// Disturbed lasting connections that ended, at least once; <see cref="Survived"/> counts those that did not.
    /// </summary>
    public required int Lost { get; init; }

    /// <summary>Further losses of those: a connection that took their place ended too.</summary>
    public int LostAgain { get; init; }

    /// <summary>Lost connections in whose place another one was answered.</summary>
    public required int Reconnected { get; init; }

    /// <summary>The commonest cause of its disturbances; None when only new connections failed.</summary>
    public required DisturbanceCause Cause { get; init; }

    public required long Retransmits { get; init; }

    /// <summary>New connections that failed in it.</summary>
    public required int NewFailed { get; init; }

    public int Survived => Connections - Lost;

    public long DurationNs => EndNs - StartNs;
}
