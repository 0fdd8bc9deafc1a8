using Throng.Engine;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>A line a step of `tspam rate`, as soon as all its connections are over.</summary>
public sealed class TspamRateFace : IOriginalOutput
{
    private ILiveRun? _run;
    private int _told;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        _run = run;
        return OutputText.Nothing;
    }

    /// <summary>Steps that another one has followed; the last is told at the end.</summary>
    public OutputText Tick()
    {
        IReadOnlyList<Node> steps = StepsOf(_run?.DocumentSoFar());
        string text = "";
        List<string> errors = [];
        while (_told < steps.Count - 1 && IsOver(steps[_told].Section))
        {
            text += Tell(steps[_told++].Section, errors);
        }

        return new OutputText(text, errors);
    }

    public Ending End(RunDocument document, int signal)
    {
        string text = "";
        List<string> errors = [];
        foreach (Node step in StepsOf(document).Skip(_told))
        {
            text += Tell(step.Section, errors);
        }

        return new Ending { Out = text, Errors = errors, ExitCode = signal == 0 ? 0 : 128 + signal };
    }

    public Reading Fail(SetupException setup) => TspamFailure.Describe(setup);

    /// <summary>Line about a step of which no answer came.</summary>
    public static string NoSamples(long rate) => $"[WARN tspam] No samples for rate {rate}";

    private static IReadOnlyList<Node> StepsOf(RunDocument? document) =>
        document?.Own?.Find("steps") is { } steps ? steps.Items : [];

    private static bool IsOver(Section step) =>
        step["attempted"].Integer == step["outcomes"].Section.Sum(outcome => outcome.Value.Integer);

    /// <summary>Its line, and what went wrong in it; without a sample there is no line.</summary>
    private static string Tell(Section step, List<string> errors)
    {
        long rate = (long)step["rate_per_s"].Real;
        LatencySummary lives = step["life_ns"].Latency;
        long missing = step["due"].Integer - lives.Count;
        if (missing > 0)
        {
            IEnumerable<string> reasons = step["outcomes"].Section
                .Where(one => one.Value.Integer > 0 && one.Key != "ok"
                    && !one.Key.StartsWith("timeout", StringComparison.Ordinal))
                .Append(new("not_sent", step["not_sent"].Integer))
                .Where(one => one.Value.Integer > 0)
                .Select(one => $"{one.Key} {one.Value.Integer}");
            errors.Add($"[ERROR tspam] {missing} of {step["due"].Integer} connections at rate {rate} without a sample: "
                + string.Join(", ", reasons));
        }

        if (lives.Count == 0)
        {
            errors.Add(NoSamples(rate));
            return "";
        }

        return TspamLine.Render(rate, lives);
    }
}
