using Throng.Measurement;

namespace Throng.Report;

/// <summary>One question that a saved run answers with a table: a name to ask by, and the text.</summary>
/// <param name="Of">The whole text, ending in a newline.</param>
public sealed record Analysis(string Name, Func<RunDocument, string> Of)
{
    /// <summary>All there are, in the order of the help.</summary>
    public static IReadOnlyList<Analysis> All { get; } =
    [
        new("throughput", ThroughputTable.Render),
        new("connections", ConnectionsTable.Render),
        new("hosts", HostsTable.Render),
        new("episodes", EpisodesTable.Render),
    ];
}
