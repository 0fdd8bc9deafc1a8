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

        RunSpec run = SharedOptions.ToRunSpec(values, ServeOptions.Syntax);
        return new LiveCommand(values, shell, failure).Run(run, () => wiring.Serve(serve, run));
    }
}
