using Throng.Engine;

namespace Throng;

/// <summary>`throng serve`: from arguments to a run.</summary>
public static class ServeCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            ServeArguments.Contradictions, ServeArguments.ToSpec, out ServeSpec? serve, out List<string> errors))
        {
            return failure.Usage(errors);
        }

        if (serve.Tls is { CertificateFile: "" })
        {
            TlsServerSpec own = TlsServerSpec.SelfSigned();
            serve = serve with { Tls = own };
            shell.Say($"throng serve: made a certificate, SHA-256 {own.Fingerprint}");
        }

        if (serve is { Mode: ServeMode.Stamp, Name: "" })
        {
            serve = serve with { Name = NameOf(shell) };
        }

        RunSpec run = SharedOptions.ToRunSpec(values, ServeOptions.Syntax) with
        {
            RetireNs = values.Of(ServeOptions.Drain),
        };
        using HealthProbe? health = HealthProbe.Bind(values.Of(ServeOptions.Health));
        return new LiveCommand(values, shell, failure) { Health = health }.Run(run, () => wiring.Serve(serve, run));
    }

    /// <summary>In a pod the host's name is the pod's, but for a pod on its host's own network.</summary>
    internal static string NameOf(Shell shell)
    {
        string podName = shell.Environment.GetValueOrDefault("POD_NAME", "");
        return podName.Length > 0 ? podName : Environment.MachineName;
    }
}
