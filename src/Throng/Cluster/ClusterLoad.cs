using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;
using Throng.Nats;

namespace Throng;

/// <summary>Starts a load on the agents of a cluster: from options to a run that is led from here.</summary>
internal static class ClusterLoad
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    /// <summary>Finds agents, has them examine and prepare their parts, and returns when all have.</summary>
    /// <exception cref="SetupException">There is no run, and why.</exception>
    public static ILiveRun Start(Invocation call, CommandSyntax syntax, LoadSpec load, RunSpec run, Signals signals)
    {
        Values values = call.Values;
        string name = ClusterProtocol.NameFrom($"{Environment.MachineName}-{Environment.ProcessId}");
        ControllerSpec spec = new()
        {
            Run = run.RunId,
            Name = name,
            Version = Release.Version,
            Words = WordsOf(values, syntax, run),
            Agents = values.Get(ClusterOptions.Agents) is > 0 and var agents ? agents : null,
            Where = LabelOption.ByName(values.Get(ClusterOptions.Where)),
            WaitNs = values.Get(ClusterOptions.Wait),
            Split = values.Get(ClusterOptions.Split) == "capacity" ? PlanSplit.Capacity : PlanSplit.Even,
            OnAgentLoss = values.Get(ClusterOptions.OnAgentLoss) == "fail" ? AgentLoss.Fail : AgentLoss.Continue,
            OnControllerLoss = values.Get(ClusterOptions.OnControllerLoss) == "stop"
                ? ControllerLoss.Stop
                : ControllerLoss.Finish,
            Force = run.Force,
            Connections = load.Connections > 0 ? load.Connections : null,
            StartAt = run.StartAt,
        };
        NatsBus bus = BusOptions.Connect(
            values, BusOptions.On, name, makesBuckets: true, [], [ClusterProtocol.FiguresOf(run.RunId)]);
        try
        {
            ControllerMachine controller = new(spec, bus);
            while (controller.Phase < ControllerPhase.Connecting)
            {
                if (bus.TryTake(out BusEvent? happened, Turn))
                {
                    controller.Take(happened, HostClock.Now);
                }

                if (signals.Count > 0)
                {
                    controller.End();
                }

                controller.Tick(HostClock.Now);
            }

            if (controller.Phase == ControllerPhase.Refused)
            {
                throw new SetupException(string.Join("; ", controller.Refusals), "");
            }

            return new ClusterRun(controller, bus, run, load, syntax);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>The command and the options that every part is given. The seed is the same in all.</summary>
    private static IReadOnlyList<string> WordsOf(Values values, CommandSyntax syntax, RunSpec run)
    {
        IEnumerable<Option> told = syntax.Options.Except([.. ClusterOptions.Kept, SharedOptions.Seed]);
        return [syntax.Name, .. values.ToWords(told), $"{SharedOptions.Seed.Spelling}={run.Seed}"];
    }
}
