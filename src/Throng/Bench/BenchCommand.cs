using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng bench`, with the servers that it compares. The last round ends the run.</summary>
public sealed class BenchCommand() : RunCommand<BenchSpec>(BenchOptions.Syntax)
{
    /// <summary>Rounds of a part at most: what each of them measured is told every second.</summary>
    private const long RoundsOfPartsMax = 500;

    /// <summary>Time of a round of parts beside that of its messages: the last answers come, connections are closed and
    /// others opened.</summary>
    private const long BetweenRoundsNs = 2 * Ns.Second;

    private readonly List<ServerProcess> _started = [];

    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfBench(view);

    protected override bool BeginsWhenStarted => true;

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        found.AtMostOne(LoadOptions.Target, BenchOptions.Compare);
        found.AtMostOne(BenchOptions.Size, BenchOptions.Message);
        long replyBytes = values.Get(BenchOptions.ReplySize);
        if (replyBytes > 0 && replyBytes < MessageBytes(values))
        {
            found.Add($"--reply-size {replyBytes} is less than the message has, {MessageBytes(values)}: the whole "
                + "message is to come back");
        }

        if (values.Has(BenchOptions.For))
        {
            found.NoEffect(BenchOptions.PerConnection, "has no effect with --for: connections are never done");
        }

        RefuseParts(values, found);
        if (StartsServers(values) && values.Get(TlsOptions.Tls))
        {
            found.Add($"{values.Origin(TlsOptions.Tls)}: the servers that --compare starts have no TLS");
        }

        if (StartsServers(values) && values.Get(SharedOptions.DryRun))
        {
            found.Add("--dry-run runs nothing, and --compare starts servers");
        }

        return found.Errors;
    }

    protected override BenchSpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        BenchSpec plain = new()
        {
            Concurrency = values.Get(BenchOptions.Concurrency).Numbers,
            Rounds = RoundsOf(values),
            EveryNs = values.Get(BenchOptions.Every) is > 0 and var everyNs ? everyNs
                : values.Get(SharedOptions.Share).IsWhole ? 0
                : values.Get(BenchOptions.For) + BetweenRoundsNs,
            MessageBytes = (int)MessageBytes(values),
            Message = values.Get(BenchOptions.Message),
            ReplyBytes = (int)values.Get(BenchOptions.ReplySize),
            ForNs = values.Get(BenchOptions.For),
            ReplyTimeoutNs = values.Get(BenchOptions.ReplyTimeout),
            KeepsRanks = values.Has(BenchOptions.PerConnection),
            Connections = values.Get(BenchOptions.Concurrency).Numbers.Max(),
        };
        IReadOnlyList<ComparedName> compared = values.Get(BenchOptions.Compare).Names;
        IReadOnlyList<Endpoint> endpoints = compared.Count == 0
            ? values.Get(LoadOptions.Target)
            : [.. compared.Select(name => name.Endpoint).OfType<Endpoint>()];
        return LoadArguments.Fill(plain, values, endpoints, errors);
    }

    protected override ILiveRun Start(BenchSpec spec, RunSpec run) => BenchRun.Start(spec, run);

    protected override Examination Examine(BenchSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);

    protected override int Run(Invocation call, BenchSpec spec, RunSpec run)
    {
        try
        {
            return base.Run(call, spec, run);
        }
        finally
        {
            _started.ForEach(server => server.Dispose());
            _started.Clear();
        }
    }

    /// <summary>Starts the servers to compare, when a signal would end them in order.</summary>
    protected override BenchSpec BeforeStart(Invocation call, BenchSpec spec, Signals signals) =>
        Compared(spec, call.Values, signals);

    private static int RoundsOf(Values values) => values.Has(BenchOptions.Rounds) || !values.Has(BenchOptions.For)
        ? (int)values.Get(BenchOptions.Rounds)
        : 1;

    private static bool StartsServers(Values values) =>
        values.Get(BenchOptions.Compare).Names.Any(name => name.Endpoint is null);

    /// <summary>Refuses what cannot be a part of a plan, and rounds that no timetable has room for.</summary>
    private static void RefuseParts(Values values, Contradiction found)
    {
        long everyNs = values.Get(BenchOptions.Every);
        long forNs = values.Get(BenchOptions.For);
        if (everyNs > 0 && everyNs <= forNs)
        {
            found.Add($"{values.Origin(BenchOptions.Every)} {Units.Duration(everyNs)} is not longer than --for "
                + $"{Units.Duration(forNs)}: answers are awaited, and connections opened, in between");
        }

        string share = values.Get(SharedOptions.Share).IsWhole ? "" : values.Origin(SharedOptions.Share);
        string part = ClusterOptions.IsAsked(values) ? values.Origin(BusOptions.On) : share;
        if (part.Length == 0)
        {
            return;
        }

        if (share.Length > 0 && !values.Has(SharedOptions.StartAt))
        {
            found.Missing($"{share} needs --start-at, the same moment for every part: their rounds are released "
                + "together");
        }

        if (values.Has(BenchOptions.Compare) && (StartsServers(values) || ClusterOptions.IsAsked(values)))
        {
            found.Add($"{values.Origin(BenchOptions.Compare)} contradicts {part}: it is of one host; run a bench with "
                + "--target for each server, and throng compare their results");
        }

        long rounds = (long)RoundsOf(values) * values.Get(BenchOptions.Concurrency).Numbers.Count;
        if (rounds > RoundsOfPartsMax)
        {
            found.Add($"{part}: {Units.Count(rounds)} rounds are more than {RoundsOfPartsMax}, which is the most with "
                + "parts; use fewer --rounds or fewer numbers in --concurrency");
        }
    }

    private static long MessageBytes(Values values) => values.Has(BenchOptions.Message)
        ? Encoding.UTF8.GetByteCount(values.Get(BenchOptions.Message))
        : values.Get(BenchOptions.Size);

    /// <summary>The bench with every server that is to be compared: those that run, and those started here.</summary>
    private BenchSpec Compared(BenchSpec bench, Values values, Signals signals)
    {
        List<SockAddr> targets = [];
        List<BenchServer> servers = [];
        List<(string Name, string Reason)> missing = [];
        int resolved = 0;
        IReadOnlyList<ComparedName> names = values.Get(BenchOptions.Compare).Names;
        foreach (ComparedName name in names)
        {
            if (name.Endpoint is { } endpoint)
            {
                servers.Add(new BenchServer(name.Written, targets.Count, endpoint.Ports));
                targets.AddRange(bench.Targets.Skip(resolved).Take(endpoint.Ports));
                resolved += endpoint.Ports;
                continue;
            }

            if (ServerProcess.TryStart(name.Written, signals, out ServerProcess? server, out string reason))
            {
                _started.Add(server);
                servers.Add(new BenchServer(name.Written, targets.Count, 1, server.Id));
                targets.Add(server.Address);
            }
            else
            {
                missing.Add((name.Written, reason));
            }
        }

        return names.Count == 0 ? bench
            : servers.Count > 0 ? bench with { Targets = targets, Servers = servers, Missing = missing }
            : throw new SetupException(
                $"none of the servers to compare could be started: {missing[0].Name}: {missing[0].Reason}",
                "see throng serve --help for what each engine needs");
    }
}
