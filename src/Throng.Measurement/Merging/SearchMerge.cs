namespace Throng.Measurement;

/// <summary>Parts of a led search as one: the steps that all of them have, each with the figures of all.</summary>
internal static class SearchMerge
{
    /// <param name="errors">Gets a line for each histogram that cannot be read.</param>
    public static SaturationResult Merge(IReadOnlyList<NamedRun> parts, List<string> errors)
    {
        (NamedRun Run, IReadOnlyList<SearchStep> Steps)[] all =
            [.. parts.Select(static one => (one, ((SaturationResult)one.Run.Result!).Steps))];
        List<SearchStep> steps = [];
        foreach (SearchStep step in all[0].Steps)
        {
            StepPart[] same =
            [
                .. all.SelectMany(one => one.Steps.Where(other => other.Number == step.Number).Take(1).Select(
                    other => new StepPart(
                        one.Run.Name, one.Run.Run.Own?.Text(SaturationSection.Network) ?? "", other.Figures))),
            ];
            if (same.Length == all.Length)
            {
                steps.Add(step with { Figures = StepMerge.Sum(step.RatePerSecond, same, errors) });
            }
        }

        return LedSearch.Of(steps);
    }
}
