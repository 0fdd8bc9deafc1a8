namespace Throng.Originals;

/// <summary>A program whose place is taken: its name, and how its words become something to do.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Summary">One line for the list.</param>
/// <param name="Options">Every option it takes, with dashes, for the documents that name them.</param>
/// <param name="Read">From the words behind the name. No I/O: what has to be read is named by the job.</param>
public sealed record Original(
    string Name, string Summary, IReadOnlyList<string> Options, Func<IReadOnlyList<string>, Reading> Read);
