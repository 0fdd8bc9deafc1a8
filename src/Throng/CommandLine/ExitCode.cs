using Throng.Measurement;

namespace Throng;

/// <summary>How the process ends; every command uses these and no other.</summary>
public static class ExitCode
{
    /// <summary>Done, also with poor figures, also after a signal that let the report be written.</summary>
    public const int Done = RunStates.DoneCode;

    /// <summary>
    /// The job could not be done: nothing ever connected, output not written, --until-held missed, a finding that is an
    /// error in a run that no signal ended.
    /// </summary>
    public const int NotDone = RunStates.NotDoneCode;

    public const int Usage = 2;

    /// <summary>Limits, bind, names, a missing feature of the host.</summary>
    public const int Setup = 3;

    /// <summary>Done, and a condition of --fail-on was true, one of --require was not, or one had nothing to judge.
    /// </summary>
    public const int ThresholdFailed = RunStates.ConditionFailedCode;

    /// <summary>Killed by this signal before a report could be written.</summary>
    public static int Killed(int signal) => 128 + signal;
}
