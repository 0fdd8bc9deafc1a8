using Throng.Engine;

namespace Throng;

/// <summary>From what was typed after `serve` to what is to be done.</summary>
public static class ServeArguments
{
    private static readonly Endpoint Default = new("localhost", null, 7000, 7000);

    private static readonly Option[] OfExchange =
        [ServeOptions.Content, ServeOptions.Delay, ServeOptions.AcceptRate, ServeOptions.IdleTimeout];

    public static IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = new(values);
        found.Both(SharedOptions.Quiet, SharedOptions.Verbose);
        if (values.Of(ServeOptions.Transport) == "udp")
        {
            found.NoEffect(ServeOptions.Backlog, "is of --transport tcp: datagrams have no accept queue");
            found.NoEffect(TlsOptions.Tls, "is of --transport tcp: a datagram is echoed as it came");
            if (IsExchange(values))
            {
                found.Add("--mode exchange needs --transport tcp: a datagram has no FIN");
            }
        }

        foreach (Option option in OfExchange)
        {
            if (!IsExchange(values))
            {
                found.NoEffect(option, "has no effect without --mode exchange");
            }
        }

        Outputs.Contradictions(values, found);
        bool hasTls = values.Of(TlsOptions.Tls);
        if (!hasTls)
        {
            found.NoEffect(ServeOptions.TlsCert, "has no effect without --tls");
            found.NoEffect(ServeOptions.TlsKey, "has no effect without --tls");
        }

        if (hasTls && values.Has(ServeOptions.TlsCert) != values.Has(ServeOptions.TlsKey))
        {
            found.Add("--tls-cert and --tls-key need each other");
        }

        return found.Errors;
    }

    /// <summary>What to serve. Resolves names: a <see cref="SetupException"/> when one does not.</summary>
    public static ServeSpec ToSpec(Values values, List<string> errors)
    {
        IReadOnlyList<Endpoint> listen = values.Of(ServeOptions.Listen);
        bool isUdp = values.Of(ServeOptions.Transport) == "udp";
        return new ServeSpec
        {
            Listen = Resolution.Listeners(listen.Count == 0 ? [Default] : listen, errors),
            Mode = ServeModes.Of(values.Of(ServeOptions.Mode)),
            Exchange = new ExchangeSpec
            {
                Content = ReadContent(values, errors),
                DelayNs = values.Of(ServeOptions.Delay),
                AcceptRatePerSecond = values.Of(ServeOptions.AcceptRate),
                IdleTimeoutNs = values.Of(ServeOptions.IdleTimeout),
            },
            Transport = isUdp ? Transport.Datagram : Transport.Stream,
            Backlog = (int)values.Of(ServeOptions.Backlog),
            Tls = isUdp || !values.Of(TlsOptions.Tls) ? null : new TlsServerSpec
            {
                CertificateFile = values.Of(ServeOptions.TlsCert),
                KeyFile = values.Of(ServeOptions.TlsKey),
            },
        };
    }

    private static bool IsExchange(Values values) =>
        values.Of(ServeOptions.Mode) == ServeModes.Name(ServeMode.Exchange);

    private static byte[] ReadContent(Values values, List<string> errors)
    {
        string path = values.Of(ServeOptions.Content);
        if (path.Length == 0 || !IsExchange(values))
        {
            return ExchangeSpec.ContentDefault;
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.Add($"cannot read --content {Text.Plain(path)}: {Reason.Of(failure)}");
            return [];
        }
    }
}
