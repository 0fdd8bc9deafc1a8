namespace Throng.Measurement;

/// <summary>
/// Results that only one command's runs have, as an object from which drawings and tables are made: a search, a bench.
/// It is written as the command's own section of the document and read back from there.
/// </summary>
public interface IOwnResult
{
    /// <summary>The first line of the run's result; null while there is nothing to say.</summary>
    string? VerdictText { get; }

    /// <summary>The figures it is known by, the most wanted first.</summary>
    IReadOnlyList<Highlight> Highlights { get; }

    /// <summary>The steps so far, a row each, for a view of the run while it goes on.</summary>
    StepTable Steps { get; }

    /// <summary>Interim result of the run; null when it would say nothing that a sample does not.</summary>
    Standing? Standing => null;
}

/// <summary>Steps of a run as a table of text.</summary>
/// <param name="Heading">The name of each column. The first column is text.</param>
/// <param name="Rows">The oldest first.</param>
/// <param name="EndsWithVerdict">The last column says in words whether a step was good.</param>
public sealed record StepTable(
    IReadOnlyList<string> Heading, IReadOnlyList<string[]> Rows, bool EndsWithVerdict = false);

/// <summary>Interim result of a run, in one line.</summary>
/// <param name="IsGood">Nothing bad was found yet.</param>
public sealed record Standing(string Text, bool IsGood);
