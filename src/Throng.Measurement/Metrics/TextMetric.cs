namespace Throng.Measurement;

/// <summary>
/// A metric whose value is a word of the document: <c>=</c> (or <c>==</c>) and <c>!=</c> are what it can be compared
/// with, in any case of its letters.
/// </summary>
/// <param name="Name">Path in the JSON document.</param>
/// <param name="Definition">One line.</param>
public sealed record TextMetric(string Name, string Definition, Func<RunDocument, string?> Read)
{
    /// <summary>Stands for every signal, in a condition on how a run ended.</summary>
    public const string Signal = "signal";

    private const string EndedBy = "ended_by";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMetric> All { get; } =
    [
        new("command", "The command that ran.", run => run.Command),
        new(EndedBy,
            "Why the run ended: duration, count (of --count), search (saturate or idle found its end), rounds (bench "
                + "did all of them), quit, until-held, or the name of a signal such as SIGINT; in a condition signal "
                + "stands for all of them. Of a run that goes on: running.",
            run => run.EndedBy),
        new("saturate.cause", "Why the path gave in; no data but of saturate.",
            run => (run.Result as SaturationResult)?.Cause.Name),
        new("idle.ending", "How far the search of idle came; no data but of idle.",
            run => (run.Result as IdleResult) is { } idle ? IdleEndings.Name(idle.Established.Ending) : null),
        new("idle.manner", "How silent connections were forgotten; no data but of idle, where one was.",
            run => (run.Result as IdleResult)?.Established.Manner is { } manner and not IdleOutcome.None
                ? IdleOutcomes.Name(manner)
                : null),
        new("capacity.behaviour", "What happens at the limit; no data but of capacity.",
            run => (run.Result as CapacityResult)?.Cause.BehaviourName),
        new("capacity.owner", "Whose the limit is: path, host, server, unknown or none; no data but of capacity.",
            run => (run.Result as CapacityResult)?.Cause.OwnerName),
    ];

    /// <summary>One by its name; null for none.</summary>
    public static TextMetric? Find(string name) =>
        All.FirstOrDefault(metric => metric.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a value is the word that a condition names.</summary>
    public bool Is(string value, string word) => value.Equals(word, StringComparison.OrdinalIgnoreCase)
        || (Name == EndedBy && word.Equals(Signal, StringComparison.OrdinalIgnoreCase)
            && value.StartsWith("SIG", StringComparison.Ordinal));
}
