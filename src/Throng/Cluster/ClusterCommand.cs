using Throng.Cluster;
using Throng.Nats;

namespace Throng;

/// <summary>`throng cluster`: what is at a message system, and how to set one up.</summary>
internal sealed class ClusterCommand() : Command(ClusterCommandOptions.Syntax)
{
    public override int Run(Invocation call)
    {
        List<string> words = call.Values.Words;
        Contradiction found = new(call.Values);
        BusOptions.Refuse(call.Values, found);
        string what = words.Count > 0 ? words[0] : "";
        bool isLocal = what is "up" or "config";
        if (!Syntax.Choices.Contains(what))
        {
            found.Add((what.Length == 0 ? "a word is missing" : $"'{Text.Plain(what)}' is none")
                + $": {Text.Listed(Syntax.Choices, "or")}");
        }
        else if (!isLocal && !call.Values.Has(ClusterCommandOptions.Join))
        {
            found.Missing("--join is missing: write the address of NATS, such as --join nats://10.0.0.9:4222, or set "
                + "THRONG_CLUSTER");
        }
        else if (what is "stop" or "attach" ? words.Count != 2 : what != "drain" && words.Count > 1)
        {
            found.Add(what is "stop" or "attach" ? $"{what} takes the id of one run: throng cluster status lists them"
                : $"{what} takes nothing, not '{Text.Plain(words[1])}'");
        }

        List<string> errors = [.. call.Arguments.Errors, .. found.Errors];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        return what switch
        {
            "up" => ClusterSetUp.Up(call),
            "config" => ClusterSetUp.Config(call),
            _ => Ask(call, what, [.. words.Skip(1)]),
        };
    }

    private static int Ask(Invocation call, string what, IReadOnlyList<string> words)
    {
        string name = ClusterLoad.NewName();
        using NatsBus bus = BusOptions.Connect(
            call.Values, ClusterCommandOptions.Join, name, makesBuckets: true, [], []);
        BusDesk desk = new(bus);
        return what switch
        {
            "status" => ClusterStatus.Print(call, desk),
            "attach" => ClusterLoad.Attach(
                call, ClusterOrders.PlanOf(desk, words[0]), call.Values.ToWords(ClusterCommandOptions.OfAttach)),
            "stop" => ClusterOrders.Stop(call, desk, name, words[0]),
            _ => ClusterOrders.Drain(call, desk, name, words),
        };
    }
}
