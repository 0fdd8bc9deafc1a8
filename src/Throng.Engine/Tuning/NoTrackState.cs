namespace Throng.Engine;

/// <summary>How a network namespace stands to the bypass of connection tracking.</summary>
/// <param name="Standing">What can be done.</param>
/// <param name="Reason">Why it cannot; empty otherwise.</param>
public sealed record NoTrackState(NoTrackStanding Standing, string Reason);

/// <summary>Answer to the question what can be done about connection tracking.</summary>
public enum NoTrackStanding
{
    /// <summary>Nothing is tracked here.</summary>
    Needless,

    /// <summary>It can be bypassed, and is not yet.</summary>
    Possible,

    /// <summary>It is bypassed already.</summary>
    Present,

    /// <summary>Something is in the way.</summary>
    Impossible,
}
