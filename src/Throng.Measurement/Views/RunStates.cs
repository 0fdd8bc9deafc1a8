namespace Throng.Measurement;

/// <summary>The state of a run and the exit code that goes with it, the same in every view.</summary>
public static class RunStates
{
    public const int DoneCode = 0;
    public const int NotDoneCode = 1;
    public const int ConditionFailedCode = 99;

    /// <summary>How a run ends whose time is over, or the time of its schedule.</summary>
    public const string Duration = "duration";

    /// <summary>How a run ends that had a number of messages to send, and has sent them.</summary>
    public const string Count = "count";

    /// <summary>How a search ends that wants no further step.</summary>
    public const string Search = "search";

    /// <summary>How a bench ends that has done all its rounds.</summary>
    public const string Rounds = "rounds";

    /// <summary>How a run ends that was to hold all its connections once and did.</summary>
    public const string UntilHeld = "until-held";

    /// <summary>Stands in the place of an end in the document of a run that goes on.</summary>
    public const string Running = "running";

    /// <summary>An agent of a run on many hosts was not heard any more, and the run was to fail then.</summary>
    public const string AgentLost = "agent-lost";

    /// <summary>How a run ends that may go on only while it is told so, and was not.</summary>
    public const string Lease = "lease";

    /// <summary>Key among the options: when the load was to begin.</summary>
    public const string StartAtKey = "start_at";

    /// <summary>Value of that option of a run that waits to be told to start.</summary>
    public const string Told = "told";

    /// <summary>Whether a run ended so by its plan, and not because somebody or something ended it.</summary>
    public static bool IsByPlan(string endedBy) => endedBy is Duration or Count or Rounds;

    public static RunState Of(RunDocument run) =>
        !run.Verdict.IsOk || MissedHeld(run) || run.Thresholds.Any(outcome => !outcome.IsOk) ? RunState.Failed
        : run.Verdict.Findings.Any(finding => finding.Severity == Severity.Warning) ? RunState.WithWarnings
        : RunState.AsAsked;

    /// <summary>For people.</summary>
    public static string Word(RunState state) => state switch
    {
        RunState.AsAsked => "as asked",
        RunState.WithWarnings => "with warnings",
        _ => "failed",
    };

    /// <summary>
    /// The exit code of the program that ran it and could write what it was to write: a condition counts before a
    /// finding, and who ended the run by a signal knows of the findings, and of what was not connected by then.
    /// </summary>
    public static int ExitCode(RunDocument run) =>
        MissedHeld(run) || (NeverConnected(run) && !IsSignal(run.EndedBy)) ? NotDoneCode
        : run.Thresholds.Any(outcome => !outcome.IsOk) ? ConditionFailedCode
        : run.Verdict.IsOk || IsSignal(run.EndedBy) ? DoneCode
        : NotDoneCode;

    /// <summary>Whether connections were wanted and none was ever there.</summary>
    public static bool NeverConnected(RunDocument run) => run.Connections.Opened == 0 && !IsRunning(run)
        && !OwnEnd.WantsNothing(run) && !(WasNotTold(run) && run.Connect is { Attempts: 0 })
        && (run.Connections.Target > 0
            || (run.Connect?.Attempts > 0 && run is { Rate: not null } or { Result: not null }));

    /// <summary>Whether a run was to hold all its connections once, and ended before it did.</summary>
    public static bool MissedHeld(RunDocument run) => !IsRunning(run)
        && run.Options.Find("until_held") is { Kind: NodeKind.Flag, Flag: true } && run.EndedBy != UntilHeld;

    /// <summary>Whether the document is of a run that goes on.</summary>
    public static bool IsRunning(RunDocument run) => run.EndedBy == Running;

    /// <summary>Whether a run that waits to be told to start was not told.</summary>
    public static bool WasNotTold(RunDocument run) =>
        run.Options.Find(StartAtKey) is { Kind: NodeKind.Text, Text: Told };

    /// <summary>
    /// Whether a run, or one of those it was merged from, was ended by a signal: <c>SIGINT</c>, <c>SIGTERM</c> and the
    /// like.
    /// </summary>
    public static bool IsSignal(string endedBy) =>
        endedBy.Split(", ").Any(static one => one.StartsWith("SIG", StringComparison.Ordinal));
}
