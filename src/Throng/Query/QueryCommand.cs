using System.Text;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng query`.</summary>
public sealed class QueryCommand() : RunCommand<QuerySpec>(QueryOptions.Syntax)
{
    private const int DnsPort = 53;
    private const int DnsOverTlsPort = 853;

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, QueryOptions.Target);
        bool isEcho = values.Get(QueryOptions.Protocol) == "echo";
        Option[] ofDns =
        [
            DnsOptions.Name, DnsOptions.Type, DnsOptions.Names, DnsOptions.NamesSkipBad, DnsOptions.NoRd,
            DnsOptions.EdnsSize, DnsOptions.Dnssec,
        ];
        found.NoEffect(
            isEcho ? ofDns : [QueryOptions.Size], $"has no effect with --protocol {(isEcho ? "echo" : "dns")}");
        if (values.Has(DnsOptions.Names))
        {
            found.NoEffect([DnsOptions.Name, DnsOptions.Type], "has no effect with --names");
        }
        else
        {
            found.NoEffect(DnsOptions.NamesSkipBad, "has no effect without --names");
        }

        bool isDatagram = values.Get(QueryOptions.Transport) == "udp";
        if (isDatagram && isEcho && values.Get(QueryOptions.Size) is < 2 or > DatagramSize.BytesMax)
        {
            string size = Units.Count(values.Get(QueryOptions.Size));
            found.Add($"--size {size} is not between 2 and {DatagramSize.BytesMax}, as a datagram is");
        }

        if (isDatagram)
        {
            found.AtMostOne(QueryOptions.Transport, TlsOptions.Tls);
            found.NoEffect(
                [LoadOptions.KeepAlive, LoadOptions.UserTimeout, LoadOptions.QuickAck, LoadOptions.Close],
                "has no effect with --transport udp");
        }

        if (values.Get(QueryOptions.PerQuery) == QueryLog.StandardOutput && values.Get(SharedOptions.Json))
        {
            found.Add("--per-query - contradicts --json: both are for standard output");
        }

        SharedOptions.RefuseCount(values, found, IsPoisson(values));
        found.AtMostOne(QueryOptions.Profile, QueryOptions.Rate, QueryOptions.Stdin, QueryOptions.StdinRateSlope);
        found.AtMostOne(QueryOptions.Stdin, QueryOptions.Rate, QueryOptions.StdinRateSlope, SharedOptions.Duration);
        found.AtMostOne(QueryOptions.StdinRateSlope, SharedOptions.Duration);
        foreach (Endpoint target in values.Get(QueryOptions.Target).Where(target => isEcho && target.FirstPort == 0))
        {
            found.Add($"--target {target}: the port is missing; echo has none of its own");
        }

        return found.Errors;
    }

    protected override QuerySpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        bool isEcho = values.Get(QueryOptions.Protocol) == "echo";
        int port = values.Get(TlsOptions.Tls) ? DnsOverTlsPort : DnsPort;
        Endpoint[] targets = [.. values.Get(QueryOptions.Target).Select(target =>
            target.FirstPort > 0 ? target : target with { FirstPort = port, LastPort = port })];
        bool isPoisson = IsPoisson(values);
        QuerySpec plain = new()
        {
            Connections = values.Get(QueryOptions.Connections),
            Profile = Profile(values, shell.Input, errors),
            Count = values.Get(SharedOptions.Count),
            Arrivals = isPoisson ? Arrivals.Poisson : Arrivals.Constant,
            Pick = values.Get(QueryOptions.Pick) == "random" ? ConnectionPick.Random : ConnectionPick.RoundRobin,
            Kind = isEcho ? QueryKind.Echo : QueryKind.Dns,
            Questions = isEcho ? null : Questions(values, shell, errors),
            MessageBytes = (int)values.Get(QueryOptions.Size),
            WarmUpNs = values.Get(QueryOptions.WarmUp),
            TimeoutNs = values.Get(QueryOptions.Timeout),
            LogPath = values.Get(QueryOptions.PerQuery),
            OutstandingMax = (int)values.Get(QueryOptions.OutstandingMax),
            QueriesPerConnection = values.Get(QueryOptions.QueriesPerConnection),
        };
        QuerySpec filled = LoadArguments.Fill(plain, values, targets, errors);
        return values.Get(QueryOptions.Transport) == "udp"
            ? filled with { Socket = filled.Socket with { Transport = Transport.Datagram } }
            : filled;
    }

    protected override RunSpec Complete(RunSpec run, Values values, QuerySpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.TimeoutNs };

    protected override ILiveRun Start(QuerySpec spec, RunSpec run) => QueryRun.Start(spec, run);

    protected override Examination Examine(QuerySpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);

    protected override IReadOnlyList<ArithmeticLine> Offered(QuerySpec spec) =>
        [Offered(spec.Profile, spec.Arrivals == Arrivals.Poisson ? ", Poisson arrivals" : ", evenly")];

    private static bool IsPoisson(Values values) => values.Get(QueryOptions.Arrivals) switch
    {
        "" => values.Get(QueryOptions.Protocol) != "echo",
        string arrivals => arrivals == "poisson",
    };

    private static RateProfile Profile(Values values, Stream input, List<string> errors)
    {
        RateProfile profile = RateProfile.Constant(values.Get(QueryOptions.Rate));
        string error = "";
        if (values.Get(QueryOptions.Stdin))
        {
            _ = RateProgram.TryReadRates(input, out profile, out error);
        }
        else if (values.Get(QueryOptions.StdinRateSlope))
        {
            _ = RateProgram.TryReadSlopes(input, values.Get(QueryOptions.Rate), out profile, out error);
        }
        else if (values.Get(QueryOptions.Profile) is { Length: > 0 } written)
        {
            _ = RateProfile.TryParse(written, out profile, out error);
        }

        if (error.Length > 0)
        {
            errors.Add(error);
        }

        long durationNs = values.Get(SharedOptions.Duration);
        return durationNs > 0 ? profile.EndedAt(durationNs + values.Get(QueryOptions.WarmUp)) : profile;
    }

    private static DnsQuestions? Questions(Values values, Shell shell, List<string> errors)
    {
        if (!DnsType.TryParse(Encoding.UTF8.GetBytes(values.Get(DnsOptions.Type)), out ushort type, out string error))
        {
            errors.Add($"--type: {error}");
            return null;
        }

        DnsQuestion form = new()
        {
            Name = values.Get(DnsOptions.Name),
            Type = type,
            WantsRecursion = !values.Get(DnsOptions.NoRd),
            EdnsBytes = (int)values.Get(DnsOptions.EdnsSize),
            WantsDnssec = values.Get(DnsOptions.Dnssec),
        };
        string path = values.Get(DnsOptions.Names);
        if (path.Length > 0)
        {
            bool skipsBad = values.Get(DnsOptions.NamesSkipBad);
            _ = DnsQuestions.TryRead(path, form, out DnsQuestions? read, out IReadOnlyList<string> wrong, skipsBad);
            errors.AddRange(wrong);
            if (read is { Skipped: > 0 } && !values.Get(SharedOptions.Quiet))
            {
                shell.Say($"throng query: {Units.Count(read.Skipped)} lines of --names are no question and are left "
                    + $"out, the first: {read.FirstSkipped}");
            }

            return read;
        }

        if (!DnsQuestions.TryOf(form, out DnsQuestions? questions, out error))
        {
            errors.Add($"--name: {error}");
        }

        return questions;
    }
}
