using System.Text;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng serve`.</summary>
public sealed class ServeCommand() : RunCommand<ServeSpec>(ServeOptions.Syntax)
{
    private static readonly Endpoint Default = new("localhost", null, 7000, 7000);

    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfServer(view);

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = new(values);
        found.Both(SharedOptions.Quiet, SharedOptions.Verbose);
        Datagrams(values, found);
        found.NoEffect(SharedOptions.Hlog, "has no effect: a server measures no latencies");
        if (values.Get(ServeOptions.Mode) != ServeModes.Name(ServeMode.Stamp))
        {
            found.NoEffect(ServeOptions.ServerName, "has no effect without --mode stamp");
        }

        if (values.Get(BenchOptions.ReplySize) > 0)
        {
            Replies(values, found);
        }

        if (values.Get(ServeOptions.Health).Ports > 1)
        {
            found.Add("--health takes one port");
        }

        if (!IsExchange(values))
        {
            found.NoEffect(
                [ServeOptions.Content, ServeOptions.Delay, ServeOptions.AcceptRate, ServeOptions.IdleTimeout],
                "has no effect without --mode exchange");
        }

        if (!IsName(values.Get(ServeOptions.ServerName)))
        {
            found.Add($"--name '{Text.Plain(values.Get(ServeOptions.ServerName))}' is no name: it has a control "
                + "character, and a client takes it for a wrong answer");
        }

        Outputs.Contradictions(values, found);
        KernelEngines.Contradictions(values, found);
        bool hasTls = values.Get(TlsOptions.Tls);
        if (!hasTls)
        {
            found.NoEffect([ServeOptions.TlsCert, ServeOptions.TlsKey], "has no effect without --tls");
        }

        if (hasTls && values.Has(ServeOptions.TlsCert) != values.Has(ServeOptions.TlsKey))
        {
            found.Missing("--tls-cert and --tls-key need each other");
        }

        return found.Errors;
    }

    protected override ServeSpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        IReadOnlyList<Endpoint> listen = values.Get(ServeOptions.Listen);
        string transport = values.Get(ServeOptions.Transport);
        ServeSpec serve = new()
        {
            Listen = Resolution.Listeners(listen.Count == 0 ? [Default] : listen, errors),
            Mode = ServeModes.Parse(values.Get(ServeOptions.Mode)),
            Exchange = new ExchangeSpec
            {
                Content = ReadContent(values, errors),
                DelayNs = values.Get(ServeOptions.Delay),
                AcceptRatePerSecond = values.Get(ServeOptions.AcceptRate),
                IdleTimeoutNs = values.Get(ServeOptions.IdleTimeout),
            },
            Name = values.Get(ServeOptions.ServerName),
            ReplyBytes = (int)values.Get(BenchOptions.ReplySize),
            Transports = transport switch
            {
                "udp" => [Transport.Datagram],
                "tcp+udp" => [Transport.Stream, Transport.Datagram],
                _ => [Transport.Stream],
            },
            Backlog = (int)values.Get(ServeOptions.Backlog),
            Tls = transport != "tcp" || !values.Get(TlsOptions.Tls) ? null : new TlsServerSpec
            {
                CertificateFile = values.Get(ServeOptions.TlsCert),
                KeyFile = values.Get(ServeOptions.TlsKey),
            },
        };
        return KernelEngines.Complete(serve, values, errors);
    }

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
            .Run(run, _ => call.Wiring.Start(this, spec, run));
    }

    private static void Replies(Values values, Contradiction found)
    {
        long replyBytes = values.Get(BenchOptions.ReplySize);
        string written = values.Origin(BenchOptions.ReplySize);
        if (replyBytes > ServeSpec.ReplyBytesMax)
        {
            found.Add($"{written} {replyBytes} is more than a server fills up to, {ServeSpec.ReplyBytesMax}");
        }

        bool isEcho = values.Get(ServeOptions.Mode) == ServeModes.Name(ServeMode.Echo);
        if (!isEcho || values.Get(SharedOptions.Engine) is "kernel" or "xdp")
        {
            found.Add($"{written} is of --mode echo with --engine uring or epoll");
        }
    }

    private static void Datagrams(Values values, Contradiction found)
    {
        string transport = values.Get(ServeOptions.Transport);
        if (transport == "tcp")
        {
            return;
        }

        found.NoEffect(TlsOptions.Tls, "is of --transport tcp: a datagram is echoed as it came");
        if (transport == "udp")
        {
            found.NoEffect(BenchOptions.ReplySize, "is of --transport tcp: a datagram is echoed as it came");
            found.NoEffect(ServeOptions.Backlog, "is of --transport tcp: datagrams have no accept queue");
        }

        if (IsExchange(values))
        {
            found.Add("--mode exchange needs --transport tcp: a datagram has no FIN");
        }
    }

    private static bool IsExchange(Values values) =>
        values.Get(ServeOptions.Mode) == ServeModes.Name(ServeMode.Exchange);

    private static byte[] ReadContent(Values values, List<string> errors)
    {
        string path = values.Get(ServeOptions.Content);
        if (path.Length == 0 || !IsExchange(values))
        {
            return ExchangeSpec.ContentDefault;
        }

        if (!InputFile.TryRead(path, InputFile.ContentBytesMax, out byte[] content, out string error))
        {
            errors.Add($"--content: {error}");
        }

        return content;
    }

    /// <summary>Whether throng monitor takes it for a name, and a terminal shows it as it is.</summary>
    private static bool IsName(string name) =>
        MonitorPayload.IsName(Encoding.UTF8.GetBytes(name)) && Letters.Shows(name);

    /// <summary>In a pod the host's name is the pod's, but for a pod on its host's own network.</summary>
    internal static string NameOf(Shell shell)
    {
        string podName = shell.Environment.GetValueOrDefault("POD_NAME", "");
        return podName.Length == 0 ? Environment.MachineName
            : IsName(podName) ? podName
            : throw new SetupException($"POD_NAME '{Text.Plain(podName)}' is no name", "give --name");
    }
}
