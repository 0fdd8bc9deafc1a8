using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng serve`.</summary>
public sealed class ServeCommand() : RunCommand<ServeSpec>(ServeOptions.Syntax)
{
    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfServer(view);

    protected override IEnumerable<string> Contradictions(Values values) => ServeArguments.Contradictions(values);

    protected override ServeSpec ToSpec(Values values, Shell shell, List<string> errors) =>
        ServeArguments.ToSpec(values, errors);

    protected override RunSpec Complete(RunSpec run, Values values, ServeSpec spec) =>
        run with { RetireNs = values.Get(ServeOptions.Drain) };

    protected override ILiveRun Start(ServeSpec spec, RunSpec run) => ServeRun.Start(spec, run);

    protected override Examination Examine(ServeSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfServe(spec, run, host);

    protected override int Run(Invocation call, ServeSpec spec, RunSpec run)
    {
        if (spec.Tls is { CertificateFile: "" })
        {
            TlsServerSpec own = TlsServerSpec.SelfSigned();
            spec = spec with { Tls = own };
            call.Shell.Say($"throng serve: made a certificate, SHA-256 {own.Fingerprint}");
        }

        if (spec is { Mode: ServeMode.Stamp, Name: "" })
        {
            spec = spec with { Name = NameOf(call.Shell) };
        }

        using HealthProbe? health = HealthProbe.Bind(call.Values.Get(ServeOptions.Health));
        return new AttendedRun(call.Values, call.Shell, call.Failure) { Health = health }
            .Run(run, () => call.Wiring.Start(this, spec, run));
    }

    /// <summary>In a pod the host's name is the pod's, but for a pod on its host's own network.</summary>
    internal static string NameOf(Shell shell)
    {
        string podName = shell.Environment.GetValueOrDefault("POD_NAME", "");
        return podName.Length > 0 ? podName : Environment.MachineName;
    }
}
