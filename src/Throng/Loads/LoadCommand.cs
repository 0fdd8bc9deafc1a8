using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>The end of every load's command: its plan alone, or its run.</summary>
public static class LoadCommand
{
    /// <param name="run">How the load is carried out.</param>
    /// <param name="start">Starts it.</param>
    public static int Run(
        Values values, Shell shell, Wiring wiring, Failure failure, LoadSpec load, RunSpec run, Func<ILiveRun> start)
    {
        if (!values.Of(SharedOptions.DryRun))
        {
            return new LiveCommand(values, shell, failure).Run(run, start);
        }

        Examination examination = wiring.ExamineLoad(load, run);
        shell.Print(DoctorText.Plan(examination));
        return examination.Fits || run.Force ? ExitCode.Done : ExitCode.Setup;
    }
}
