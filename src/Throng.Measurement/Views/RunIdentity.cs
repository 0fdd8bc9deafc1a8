namespace Throng.Measurement;

/// <summary>Marks that tell a run from others: its id, and the labels it was given.</summary>
public static class RunIdentity
{
    /// <summary>Name of the id among the labels, and its key in the document.</summary>
    public const string IdKey = "run_id";

    /// <summary>Key of the labels in the document.</summary>
    public const string LabelsKey = "labels";

    /// <summary>The id first, then the labels in their order; nothing for a document that has neither.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunDocument run) =>
    [
        .. run.RunId is { Length: > 0 } id ? [(IdKey, id)] : Array.Empty<(string, string)>(),
        .. (run.Labels ?? []).Where(label => label.Value.Kind == NodeKind.Text)
            .Select(label => (label.Key, label.Value.Text)),
    ];
}
