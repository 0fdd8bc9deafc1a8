using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>What the commands start and examine. The one place that names the engine's entry points; tests put their
/// own here.</summary>
public sealed record Wiring(
    Func<HoldSpec, RunSpec, ILiveRun> Hold,
    Func<QuerySpec, RunSpec, ILiveRun> Query,
    Func<ChurnSpec, RunSpec, ILiveRun> Churn,
    Func<SaturateSpec, RunSpec, ILiveRun> Saturate,
    Func<MonitorSpec, RunSpec, ILiveRun> Monitor,
    Func<BurstSpec, RunSpec, ILiveRun> Bench,
    Func<ServeSpec, RunSpec, ILiveRun> Serve,
    Func<LoadSpec, RunSpec, Examination> ExamineLoad,
    Func<ServeSpec, RunSpec, Examination> ExamineServe,
    Func<Examination> ExamineHost)
{
    public static Wiring Real { get; } = new(
        HoldRun.Start,
        QueryRun.Start,
        ChurnRun.Start,
        SaturateRun.Start,
        MonitorRun.Start,
        BenchRun.Start,
        ServeRun.Start,
        (load, run) => Preflight.OfLoad(load, run, HostReader.Read()),
        (serve, run) => Preflight.OfServe(serve, run, HostReader.Read()),
        () => Preflight.OfHost(HostReader.Read()));
}
