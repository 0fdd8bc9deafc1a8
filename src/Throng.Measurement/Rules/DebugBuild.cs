namespace Throng.Measurement;

/// <summary>Warning for figures from a build without optimisation.</summary>
public sealed class DebugBuild : IRule
{
    public RuleNote Note { get; } = new("debug-build", "warning",
        "The program was built without optimisation: its figures mean nothing.",
        "build with -c Release");

    public Finding? Judge(RunDocument run) => !run.Tool.IsDebugBuild ? null : Note.Found(
        Severity.Warning,
        "this is a debug build: its figures mean nothing",
        $"{run.Tool.Name} {run.Tool.Version}",
        "build with -c Release");
}
