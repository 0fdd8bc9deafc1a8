namespace Throng.Measurement;

/// <summary>Fate of one held connection: it answered a check, or it was gone.</summary>
/// <param name="OpenedNs">When it was opened, by the workers' clock.</param>
/// <param name="UsedNs">When it had answered last before that; when it was opened, if it never had.</param>
public readonly record struct ConnectionFate(long OpenedNs, long UsedNs, bool IsGone);

/// <summary>Which of the held connections went.</summary>
public enum EvictionOrder : byte
{
    /// <summary>None were seen to go.</summary>
    None = 0,

    /// <summary>Too few were seen, or old and new ones alike went.</summary>
    Unclear,

    /// <summary>The oldest: whether one had been used lately made no difference.</summary>
    Oldest,

    /// <summary>Connections that had been idle the longest: old ones that had been used lately stayed.</summary>
    Idlest,

    /// <summary>Old ones, of which too few had been used lately to tell whether that makes a difference.</summary>
    OldestOrIdlest,
}
