namespace Throng.Originals;

/// <summary>A program whose place is taken: its name, and how its words become something to do.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Summary">One line for the list.</param>
/// <param name="Options">Every option it takes, with dashes, for the documents that name them.</param>
/// <param name="Read">From the words behind the name. No I/O: what has to be read is named by the job.</param>
public sealed record Original(
    string Name, string Summary, IReadOnlyList<string> Options, Func<IReadOnlyList<string>, Reading> Read)
{
    /// <summary>
    /// The words it takes, of one that has no help of its own and would take <c>--help</c> for nothing or start all the
    /// same: it is answered before the program reads it. Null: the program answers by itself.
    /// </summary>
    public string? Takes { get; init; }

    /// <summary>The help of one that has none of its own.</summary>
    public string Help => $"usage: throng as {Name} {Takes}".TrimEnd() + $"\n{Summary}\n";

    /// <summary>Whether these words ask for that help.</summary>
    public bool IsAskedForHelp(IReadOnlyList<string> words) =>
        Takes is not null && words.Any(word => word is "--help" or "-h");
}
