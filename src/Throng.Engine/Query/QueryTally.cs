using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Counts of one worker on its queries, beyond those every workload keeps. Written by the worker, readable by any
/// thread.
/// </summary>
internal sealed class QueryTally(int codes) : ScheduleTally
{
    /// <summary>Answers by the protocol's own code.</summary>
    public readonly long[] Codes = new long[codes];

    /// <summary>Answers that say that something was left out.</summary>
    public long Truncated;

    /// <summary>Bytes or datagrams that came and were no answer at all.</summary>
    public long Malformed;

    /// <summary>Queries that could not be sent when they were due because their connection was full or not open.
    /// </summary>
    public long HeldBack;

    /// <summary>How long those of them waited that were sent in the end, and others whose connection ended before they
    /// were.</summary>
    public Histogram Held { get; } = new();
}
