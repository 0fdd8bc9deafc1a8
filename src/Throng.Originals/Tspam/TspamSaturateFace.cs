using Throng.Engine;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>A line a step of `tspam saturate`; the first is the base, the last the one that was too much.</summary>
public sealed class TspamSaturateFace : IOriginalOutput
{
    private ILiveRun? _run;
    private int _told;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        _run = run;
        return OutputText.Nothing;
    }

    public OutputText Tick()
    {
        List<string> errors = [];
        return new OutputText(Tell(_run?.DocumentSoFar()?.Result as SaturationResult, errors), errors);
    }

    public Ending End(RunDocument document, int signal)
    {
        List<string> errors = [];
        string text = Tell(document.Result as SaturationResult, errors);
        bool isFatal = document.Result is SaturationResult { Ending: SearchEnding.NoSamples };
        if (isFatal)
        {
            errors.Add(TspamFailure.Fatal("No samples"));
        }

        int exitCode = isFatal ? TspamFailure.ExitCode : signal == 0 ? 0 : 128 + signal;
        return new Ending { Out = text, Errors = errors, ExitCode = exitCode };
    }

    public Reading Fail(SetupException setup) => TspamFailure.Describe(setup);

    private string Tell(SaturationResult? search, List<string> errors)
    {
        string text = "";
        for (; search is not null && _told < search.Steps.Count; _told++)
        {
            SearchStep step = search.Steps[_told];
            StepFigures figures = step.Figures;
            long rate = (long)step.RatePerSecond;
            if (figures.Due > figures.Life.Count)
            {
                errors.Add($"[ERROR tspam] {figures.Due - figures.Life.Count} of {figures.Due} connections at rate "
                    + $"{rate} without a sample");
            }

            if (figures.Life.Count > 0)
            {
                string before = _told == 0 ? "Base " : step.Verdict.IsGood ? "" : "Saturated at ";
                text += before + TspamLine.Render(rate, figures.Life);
            }
        }

        return text;
    }
}
