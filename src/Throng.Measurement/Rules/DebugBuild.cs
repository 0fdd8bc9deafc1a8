namespace Throng.Measurement;

/// <summary>Warning for figures from a build without optimisation.</summary>
public sealed class DebugBuild : IRule
{
    public Finding? Judge(RunDocument run) => !run.Tool.IsDebugBuild ? null : new Finding(
        Severity.Warning,
        "debug-build",
        "this is a debug build: its figures mean nothing",
        $"{run.Tool.Name} {run.Tool.Version}",
        "build with -c Release");
}
