using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;
using Throng.Nats;

namespace Throng;

/// <summary>Starts a load on the agents of a cluster: from options to a run that is led from here.</summary>
internal static class ClusterLoad
{
    private const string OtherVersion = "take it over with the version of throng that began it";

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    /// <summary>Finds agents, has them examine and prepare their parts, and returns when all have.</summary>
    /// <exception cref="SetupException">There is no run, and why.</exception>
    public static ILiveRun Start(Invocation call, CommandSyntax syntax, object what, RunSpec run, Signals signals)
    {
        Values values = call.Values;
        LoadSpec load = RunCommand.LoadOf(what)!;
        ControllerSpec spec = new()
        {
            Run = run.RunId,
            Name = NewName(),
            Version = Release.Version,
            Words = WordsOf(values, syntax, run),
            Agents = values.Get(ClusterOptions.Agents) is > 0 and var agents ? agents : null,
            Where = LabelOption.ByName(values.Get(ClusterOptions.Where)),
            WaitNs = values.Get(ClusterOptions.Wait),
            Split = values.Get(ClusterOptions.Split) == "capacity" ? PlanSplit.Capacity : PlanSplit.Even,
            OnAgentLoss = values.Get(ClusterOptions.OnAgentLoss) switch
            {
                "fail" => AgentLoss.Fail,
                "rebalance" => AgentLoss.Rebalance,
                _ => AgentLoss.Continue,
            },
            OnControllerLoss = values.Get(ClusterOptions.OnControllerLoss) == "stop"
                ? ControllerLoss.Stop
                : ControllerLoss.Finish,
            Force = run.Force,
            Connections = load.Connections > 0 ? load.Connections : null,
            StartAt = run.StartAt,
        };
        if (spec.OnAgentLoss == AgentLoss.Rebalance && (what is SaturateSpec || load is BenchSpec))
        {
            throw new SetupException(
                "--on-agent-loss rebalance is not for saturate and bench, which run a step again, or leave out a round",
                "leave it out, or say continue or fail");
        }

        return Lead(values, BusOptions.On, spec, isNew: true, run, what, syntax, signals);
    }

    /// <summary>Takes over a run that another controller began.</summary>
    /// <param name="plan">What it has left.</param>
    /// <param name="own">Options of this process's own: what it prints and writes.</param>
    /// <exception cref="SetupException">It cannot be taken over, and why.</exception>
    public static int Attach(Invocation call, RunPlan plan, IEnumerable<string> own)
    {
        RunCommand command = Commands.Runs.FirstOrDefault(one => one.Name == plan.Words[0])
            ?? throw new SetupException($"run {plan.Run} is of a command that is not known here", OtherVersion);
        Arguments line = Arguments.Parse(
            command.Syntax, call.Syntaxes, [.. plan.Words.Skip(1), .. own], new Dictionary<string, string>());
        Invocation typed = call with { Arguments = line };
        if (command.ReadSpec(typed, out List<string> errors) is not { } what)
        {
            throw new SetupException($"run {plan.Run} is not understood: {string.Join("; ", errors)}", OtherVersion);
        }

        RunSpec run = SharedOptions.ToRunSpec(line.Values, command.Syntax) with
        {
            RunId = plan.Run, DrainNs = ClusterOptions.CollectNs,
        };
        ControllerSpec spec = new()
        {
            Run = plan.Run, Name = NewName(), Version = Release.Version, Words = plan.Words,
        };
        return new AttendedRun(line.Values, call.Shell, call.Failure).Run(run, signals => Lead(
            call.Values, ClusterCommandOptions.Join, spec, isNew: false, run, what, command.Syntax, signals));
    }

    private static ClusterRun Lead(
        Values values, Option<string> where, ControllerSpec spec, bool isNew, RunSpec run, object what,
        CommandSyntax syntax, Signals signals)
    {
        NatsBus bus = BusOptions.Connect(
            values, where, spec.Name, makesBuckets: true, [], [ClusterProtocol.FiguresOf(spec.Run)]);
        try
        {
            ControllerMachine controller = isNew ? new(spec, bus) : ControllerMachine.Attach(spec, bus);
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
                throw new SetupException(Grouped(controller.Refusals), "");
            }

            LoadSpec load = RunCommand.LoadOf(what)!;
            NoteIdle(controller, load);
            ClusterSearch? search = what is SaturateSpec saturate ? new(saturate, controller) : null;
            return new ClusterRun(controller, bus, run, load, search, syntax);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>Says at which numbers of connections some parts of a bench have none.</summary>
    private static void NoteIdle(ControllerMachine controller, LoadSpec load)
    {
        int parts = controller.Parts.Count;
        long[] few = load is BenchSpec bench ? [.. bench.Concurrency.Where(number => number < parts)] : [];
        if (few.Length > 0)
        {
            string numbers = string.Join(" and ", few.Select(static number => Units.Count(number)));
            controller.Events.Add((HostClock.Now.Utc, $"at {numbers} at once not each of {parts} parts has a "
                + "connection"));
        }
    }

    /// <summary>Refusals as one text: the same one of several agents once, with their names.</summary>
    private static string Grouped(IReadOnlyList<string> refusals) => string.Join("; ", refusals.Select(Split)
        .GroupBy(static one => one.Text)
        .Select(static same => string.Concat(
            string.Join(", ", same.Select(one => one.Agent).Where(agent => agent.Length > 0).Order(
                StringComparer.Ordinal)),
            same.Any(one => one.Agent.Length > 0) ? ": " : "", same.Key)));

    /// <summary>The agent that a refusal begins with, and the rest; no agent where it is of none.</summary>
    private static (string Agent, string Text) Split(string refusal)
    {
        int at = refusal.IndexOf(": ", StringComparison.Ordinal);
        return at > 0 && ClusterProtocol.IsName(refusal[..at]) ? (refusal[..at], refusal[(at + 2)..]) : ("", refusal);
    }

    /// <summary>Name of this process among the participants.</summary>
    public static string NewName() => ClusterProtocol.NameFrom($"{Environment.MachineName}-{Environment.ProcessId}");

    /// <summary>The command and the options that every part is given. The seed is the same in all.</summary>
    private static IReadOnlyList<string> WordsOf(Values values, CommandSyntax syntax, RunSpec run)
    {
        IEnumerable<Option> told = syntax.Options.Except([.. ClusterOptions.Kept, SharedOptions.Seed]);
        string[] led = syntax.Options.Contains(SaturateOptions.Led) ? [SaturateOptions.Led.Spelling] : [];
        return [syntax.Name, .. values.ToWords(told), .. led, $"{SharedOptions.Seed.Spelling}={run.Seed}"];
    }
}
