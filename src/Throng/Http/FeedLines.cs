namespace Throng;

/// <summary>Lines of a run's stream.</summary>
/// <param name="First">Number of the first of them.</param>
/// <param name="Dropped">How many before them are gone.</param>
public sealed record FeedLines(long First, long Dropped, IReadOnlyList<byte[]> Lines);
