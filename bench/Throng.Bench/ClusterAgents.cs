using System.Diagnostics;
using System.Text.RegularExpressions;
using Throng.Cluster;
using Throng.Linux;
using Throng.Measurement;
using Throng.Nats;
using Throng.Report;

namespace Throng.Bench;

/// <summary>
/// Many agents in one process: each is the agent's own machine on a connection of its own, and its parts are simulated:
/// their figures are those that a real part showed, counted on.
/// </summary>
internal static partial class ClusterAgents
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    /// <summary>`agents --invitations FILE --figures FILE --version V --threads N`, until the input ends.</summary>
    public static int Run(Settings settings)
    {
        Match[] invited =
            [.. Invitation().Matches(File.ReadAllText(settings.Text("invitations", ""))).Cast<Match>()];
        byte[] shown = File.ReadAllBytes(settings.Text("figures", ""));
        if (!RunReader.TryRead(shown, out RunDocument? template, out ReadError? error))
        {
            Console.Error.WriteLine(error);
            return 1;
        }

        int threads = settings.Number("threads", 4);
        using CountdownEvent joined = new(invited.Length);
        using CancellationTokenSource ending = new();
        Thread[] all =
        [
            .. Enumerable.Range(0, threads).Select(thread => new Thread(() => Attend(
                [.. invited.Where((_, at) => at % threads == thread)], settings.Text("version", ""), template, joined,
                ending.Token))),
        ];
        Array.ForEach(all, static thread => thread.Start());
        joined.Wait();
        Console.WriteLine("joined");
        while (Console.ReadLine() is not null)
        {
        }

        ending.Cancel();
        Array.ForEach(all, static thread => thread.Join());
        return 0;
    }

    private static void Attend(
        Match[] invited, string version, RunDocument template, CountdownEvent joined, CancellationToken ending)
    {
        List<(NatsBus Bus, AgentMachine Machine, ClusterJobs Jobs)> agents = [];
        foreach (Match one in invited)
        {
            string name = one.Groups["name"].Value;
            NatsBus bus = NatsBus.Connect(new BusSpec
            {
                Servers = [one.Groups["url"].Value], Name = name, Subjects = [ClusterProtocol.OrdersTo(name)],
            });
            AgentCard card = new()
            {
                Name = name, Version = version, Cpus = 2, Descriptors = 1_000_000, MemoryBytes = 8L << 30,
                Addresses = ["10.0.0.1"], Ports = 28_232, Engine = "uring",
            };
            ClusterJobs jobs = new(template);
            agents.Add((bus, new AgentMachine(card, bus, jobs, DateTimeOffset.UtcNow), jobs));
            agents[^1].Machine.Start();
            joined.Signal();
        }

        while (!ending.IsCancellationRequested)
        {
            long beganNs = Stopwatch.GetTimestamp();
            foreach ((NatsBus bus, AgentMachine machine, ClusterJobs jobs) in agents)
            {
                while (bus.TryTake(out BusEvent? happened, TimeSpan.Zero))
                {
                    machine.Take(happened, Now);
                }

                while (jobs.TryTake(out JobEvent? happened))
                {
                    machine.Take(happened!, Now);
                }

                machine.Tick(Now);
            }

            TimeSpan left = Turn - Stopwatch.GetElapsedTime(beganNs);
            Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        agents.ForEach(static agent => agent.Bus.Dispose());
    }

    private static ClusterTime Now => new(Clock.NowNs(), DateTimeOffset.UtcNow);

    /// <summary>A line of `throng cluster up`.</summary>
    [GeneratedRegex(@"throng agent --join (?<url>\S+) --name (?<name>\S+)")]
    private static partial Regex Invitation();
}
