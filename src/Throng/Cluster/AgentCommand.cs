using System.Net;
using Throng.Cluster;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Nats;

namespace Throng;

/// <summary>`throng agent`: carries out parts of loads that controllers order.</summary>
internal sealed class AgentCommand() : Command(AgentOptions.Syntax)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    public override int Run(Invocation call)
    {
        Contradiction found = new(call.Values);
        if (!call.Values.Has(BusOptions.Join))
        {
            found.Missing("--join is missing: write the address of NATS, such as --join nats://10.0.0.9:4222");
        }

        BusOptions.Refuse(call.Values, found);
        List<string> errors = [.. call.Arguments.Errors, .. found.Errors];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        Values values = call.Values;
        string name = values.Get(AgentOptions.Name) is { Length: > 0 } typed
            ? typed
            : ClusterProtocol.NameFrom(Environment.MachineName);
        using Signals signals = new(); // from here on nothing is left behind
        string state = StateDirectory.Make(values.Get(AgentOptions.State), name);
        string sockets = Directory.CreateTempSubdirectory("throng-").FullName;
        try
        {
            OrderedWords orders = new(
                call.Shell, call.Wiring, AgentOptions.Allowed(values), values.Get(AgentOptions.AllowPublic));
            ChildJobs jobs = new(orders, state, sockets);
            using NatsBus bus = BusOptions.Connect(
                values, BusOptions.Join, name, makesBuckets: false, [ClusterProtocol.OrdersTo(name)], []);
            Attend(call, new AgentMachine(Card(call, name), bus, jobs, DateTimeOffset.UtcNow), bus, jobs, signals);
            bus.Remove(Bucket.Agents, name);
        }
        finally
        {
            Directory.Delete(sockets, recursive: true);
        }

        return ExitCode.Done;
    }

    /// <summary>Hands the machine what happens, until a signal or an order ends it.</summary>
    private static void Attend(Invocation call, AgentMachine agent, NatsBus bus, ChildJobs jobs, Signals signals)
    {
        bool isEnding = false;
        agent.Start();
        while (!agent.IsOver)
        {
            if (bus.TryTake(out BusEvent? happened, Turn))
            {
                agent.Take(happened, HostClock.Now);
            }

            while (jobs.TryTake(out JobEvent? ofJob))
            {
                agent.Take(ofJob!, HostClock.Now);
            }

            agent.Tick(HostClock.Now);
            while (agent.Lines.TryDequeue(out string? line))
            {
                Say(call, line);
            }

            if (signals.Count > 0 && !isEnding)
            {
                isEnding = true;
                Say(call, "ends what runs here, and then itself; another signal ends it now");
                agent.Leave();
                jobs.EndAll();
            }

            if (signals.Count > 1)
            {
                break;
            }
        }
    }

    private static void Say(Invocation call, string line)
    {
        if (!call.Values.Get(SharedOptions.Quiet))
        {
            call.Shell.Say($"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {line}");
        }
    }

    private static AgentCard Card(Invocation call, string name)
    {
        HostFacts host = call.Wiring.ReadHost();
        return new AgentCard
        {
            Name = name,
            Labels = LabelOption.ByName(call.Values.Get(AgentOptions.Label)),
            Version = Release.Version,
            Cpus = host.Cpus,
            Descriptors = host.NofileHard,
            MemoryBytes = host.MemoryTotalBytes ?? 0,
            Addresses = [.. Addresses()],
            Ports = host.LocalPorts.Count,
            Engine = EngineSelection.Select(EngineChoice.Auto, host).Name,
            Allowed = [.. AgentOptions.Allowed(call.Values).Select(network => network.ToString())],
        };
    }

    private static IEnumerable<string> Addresses() =>
        from one in HostAddress.ReadAll()
        where !IPAddress.IsLoopback(one.Address) && !one.Address.IsIPv6LinkLocal
        select one.Address.ToString();
}
