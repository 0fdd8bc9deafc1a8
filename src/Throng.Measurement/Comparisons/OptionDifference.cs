namespace Throng.Measurement;

/// <summary>An option whose value is not the same in all runs.</summary>
/// <param name="Name">Its key in the documents, unit included.</param>
/// <param name="Values">One for each run; null where a run does not have it.</param>
public sealed record OptionDifference(string Name, IReadOnlyList<Node?> Values)
{
    // What a run prints and where, how it is watched and what was drawn by lot does not make it another load.
    private static readonly string[] Aside =
    [
        "json", "json_stream", "out", "csv", "hlog", "junit", "chart", "plot", "per_connection", "per_query", "fail_on",
        "quiet", "verbose", "control", "dry_run", "force", "seed", "share", "start_at",
    ];

    /// <summary>The options in which runs differ, in the order of the first; output options and the seed aside.
    /// </summary>
    /// <param name="alsoAside">Further keys that may differ.</param>
    public static IReadOnlyList<OptionDifference> Find(
        IReadOnlyList<RunDocument> runs, params IReadOnlyList<string> alsoAside)
    {
        List<string> names = [];
        foreach (KeyValuePair<string, Node> option in runs.SelectMany(run => run.Options))
        {
            if (!names.Contains(option.Key) && !Aside.Contains(option.Key) && !alsoAside.Contains(option.Key))
            {
                names.Add(option.Key);
            }
        }

        List<OptionDifference> different = [];
        foreach (string name in names)
        {
            Node?[] values = [.. runs.Select(run => run.Options.Find(name))];
            if (values.Any(value => !NodeEquality.AreEqual(value, values[0])))
            {
                different.Add(new OptionDifference(name, values));
            }
        }

        return different;
    }
}
