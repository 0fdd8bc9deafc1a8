using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>The state of a run and its exit code, which every view shows alike.</summary>
public sealed class RunStateTests
{
    private static readonly RunDocument Good = SampleRun.Held;

    private static readonly RunDocument Bad = With(Severity.Error);

    private static readonly ThresholdOutcome Passed = new("lag.p99 > 1ms", true, 1);

    private static readonly ThresholdOutcome Failed = new("lag.p99 > 1ms", false, 2_000_000);

    public static TheoryData<string, RunDocument, RunState, int> Runs => new()
    {
        { "good", Good, RunState.AsAsked, 0 },
        { "worth knowing", With(Severity.Info), RunState.AsAsked, 0 },
        { "warning", With(Severity.Warning), RunState.WithWarnings, 0 },
        { "error", Bad, RunState.Failed, 1 },
        { "error, and a signal", Bad with { EndedBy = "SIGINT" }, RunState.Failed, 0 },
        { "condition", Good with { Thresholds = [Passed, Failed] }, RunState.Failed, 99 },
        { "condition and error", Bad with { Thresholds = [Failed] }, RunState.Failed, 99 },
        { "conditions that passed", Good with { Thresholds = [Passed] }, RunState.AsAsked, 0 },
        { "never connected", SampleRun.Hold(10, 0, 10) with { Thresholds = [Failed] }, RunState.Failed, 1 },
        { "not held in time", UntilHeld("duration"), RunState.Failed, 1 },
        { "held in time", UntilHeld("until-held"), RunState.AsAsked, 0 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_state_and_an_exit_code_belong_together(string what, RunDocument run, RunState state, int exitCode)
    {
        Assert.Equal((what, state), (what, RunStates.Of(run)));
        Assert.Equal((what, exitCode), (what, RunStates.ExitCode(run)));
        string word = RunStates.Word(state);
        Assert.Contains($" {word}</span>", HtmlReport.Render(run), StringComparison.Ordinal);
        Assert.Contains($"**{word}**", MarkdownReport.Render(run), StringComparison.Ordinal);
        Assert.Equal(
            state != RunState.AsAsked,
            TextReport.Render(run).Contains(
                $"\nresult       {word}, exit code {exitCode}\n", StringComparison.Ordinal));
    }

    private static RunDocument With(Severity severity) => Good with
    {
        Verdict = new Verdict(severity != Severity.Error, "so it is", [new Finding(severity, "rule", "a", "b", "c")]),
    };

    private static RunDocument UntilHeld(string endedBy) =>
        Good with { Options = new Section { ["until_held"] = true }, EndedBy = endedBy };
}
