using System.Globalization;
using Throng.Cluster;
using Throng.Measurement;

namespace Throng.Tests.Cluster;

/// <summary>A simulated cluster in which nothing goes wrong but what a test does.</summary>
internal sealed class CalmCluster
{
    public CalmCluster(int agents, ulong seed = 7)
    {
        Time = new VirtualTime(seed);
        Server = new SimulatedServer(Time);
        for (int at = 0; at < agents; at++)
        {
            SimulatedAgent agent = new(
                Time, Server, string.Create(CultureInfo.InvariantCulture, $"agent{at}"), DrawClock());
            Agents.Add(agent);
            agent.Start();
        }

        Wait(2);
    }

    public VirtualTime Time { get; }

    public SimulatedServer Server { get; }

    public List<SimulatedAgent> Agents { get; } = [];

    public IReadOnlyList<SimulatedJob> Jobs => [.. Agents.SelectMany(static agent => agent.Jobs.All)];

    public SimulatedController Lead(
        string name, string run = "one", long seconds = 20, ControllerLoss onLoss = ControllerLoss.Finish,
        AgentLoss onAgentLoss = AgentLoss.Continue) => new(
            Time, Server, new ControllerSpec
            {
                Run = run, Name = name, Version = "0.1.0", Words = SimulatedJobs.Words(seconds * 1_000),
                WaitNs = 10 * Ns.Second, OnControllerLoss = onLoss, OnAgentLoss = onAgentLoss,
            }, DrawClock());

    public SimulatedController Attach(string name, string run = "one") => new(
        Time, Server, new ControllerSpec { Run = run, Name = name, Version = "0.1.0", Words = [] }, DrawClock(),
        attaches: true);

    public void Wait(double seconds) => Time.RunUntil(Time.NowNs + (long)(seconds * 1e9), static () => false);

    public void WaitUntil(SimulatedController controller, ControllerPhase phase) =>
        Time.RunUntil(Time.NowNs + (120 * Ns.Second), () => controller.Machine.Phase == phase);

    private SimulatedClock DrawClock() => new(Time, Time.DrawMs(-3_000, 3_000), Time.Draw(-20, 20));
}
