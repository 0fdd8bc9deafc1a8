using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>`throng bench`: from arguments to a run, with the servers that it compares.</summary>
public static class BenchCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            BenchArguments.Contradictions, BenchArguments.ToSpec, out BurstSpec? bench, out List<string> errors))
        {
            return failure.Usage(errors);
        }

        // The last round ends the run.
        RunSpec run = SharedOptions.ToRunSpec(values, BenchOptions.Syntax) with { DurationNs = 0 };
        List<ServerProcess> started = [];
        try
        {
            BurstSpec whole = Compared(bench, values, started);
            return LoadCommand.Run(values, shell, wiring, failure, whole, run, () => wiring.Bench(whole, run));
        }
        finally
        {
            started.ForEach(server => server.Dispose());
        }
    }

    /// <summary>The bench with every server that is to be compared: those that run, and those started here.</summary>
    private static BurstSpec Compared(BurstSpec bench, Values values, List<ServerProcess> started)
    {
        List<SockAddr> targets = [];
        List<BenchServer> servers = [];
        List<(string Name, string Reason)> missing = [];
        int resolved = 0;
        IReadOnlyList<ComparedName> names = values.Of(BenchOptions.Compare).Names;
        foreach (ComparedName name in names)
        {
            if (name.Endpoint is { } endpoint)
            {
                servers.Add(new BenchServer(name.Written, targets.Count, endpoint.Ports));
                targets.AddRange(bench.Targets.Skip(resolved).Take(endpoint.Ports));
                resolved += endpoint.Ports;
                continue;
            }

            if (ServerProcess.TryStart(name.Written, out ServerProcess? server, out string reason))
            {
                started.Add(server);
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
