using Throng.Cluster;
using Throng.Measurement;

namespace Throng;

/// <summary>Options of a load that is carried out on many hosts.</summary>
internal static class ClusterOptions
{
    /// <summary>All agents that are there.</summary>
    public const int AllAgents = 0;

    /// <summary>How much longer ending may take: results are fetched, those of lost agents too.</summary>
    public const long CollectNs = 30 * Ns.Second;

    public static Option<int> Agents { get; } = new(TryReadAgents, AllAgents, Show)
    {
        Name = "agents", Argument = "N|all", Default = "all", Help = "agents to wait for and to use",
    };

    public static RepeatableOption<RunLabel> Where { get; } = LabelOption.Of(
        "where", "only agents with this label, such as zone=inside; repeatable");

    public static Option<long> Wait { get; } = Declare.Duration(
        "wait", 60 * Ns.Second, "how long agents are waited for");

    public static Option<string> Split { get; } = Declare.Choice(
        "split", "HOW", ["even", "capacity"], "even",
        "how the load is shared: evenly, or more of it to agents on which more connections are possible");

    public static Option<string> OnAgentLoss { get; } = Declare.Choice(
        "on-agent-loss", "WHAT", ["continue", "rebalance", "fail"], "continue",
        "when an agent is not heard for 3 s: the others go on, or take its part over, or all end and the run has "
            + "failed");

    public static Option<string> OnControllerLoss { get; } = Declare.Choice(
        "on-controller-loss", "WHAT", ["finish", "stop"], "finish",
        "when agents do not hear of this process for 10 s: they go on to the end of the plan, or end");

    public static OptionGroup Group { get; } = new(
        "On many hosts",
        [BusOptions.On, Agents, Where, Wait, Split, OnAgentLoss, OnControllerLoss, .. BusOptions.Identity]);

    private const string OfOneHost = " is of one host: it has no part in a load that agents carry out";

    /// <summary>Whether the load is to be carried out by agents.</summary>
    public static bool IsAsked(Values values) => values.Get(BusOptions.On).Length > 0;

    /// <summary>Refuses what agents cannot do, and what has no effect without them.</summary>
    /// <param name="target">The option that names targets.</param>
    public static void Refuse(Values values, Contradiction found, CommandSyntax syntax)
    {
        if (!IsAsked(values))
        {
            found.NoEffect(Group.Options.Except([BusOptions.On]), "has no effect without --on");
            return;
        }

        BusOptions.Refuse(values, found);
        string on = values.Origin(BusOptions.On);
        if (syntax.Address is { } address && values.Get(address).Count == 0)
        {
            found.Missing($"{on} needs a target, HOST:PORT: agents have no server of their own");
        }

        found.NoEffect(SharedOptions.DryRun, $"contradicts {on}: agents examine the plan when it is started");
        if (!values.Get(SharedOptions.Share).IsWhole)
        {
            found.Add($"{values.Origin(SharedOptions.Share)} contradicts {on}, which shares the plan out itself");
        }

        if (values.Get(LoadOptions.Source).Any(static range => range.Written.StartsWith('@')))
        {
            found.Add($"{values.Origin(LoadOptions.Source)} @FILE{OfOneHost}");
        }

        foreach (Option option in syntax.Options.Except(Kept))
        {
            bool isOfThisHost = option.IsFile || option == QueryOptions.Stdin || option == QueryOptions.StdinRateSlope
                || option == SharedOptions.Hlog;
            if (isOfThisHost && values.Has(option))
            {
                found.Add(values.Origin(option) + OfOneHost);
            }
        }
    }

    /// <summary>Options that are this process's own, and not told to agents.</summary>
    public static Option[] Kept { get; } =
    [
        .. Group.Options, .. SharedOptions.Prints.Options.Except([SharedOptions.Hlog]), SharedOptions.Control,
        SharedOptions.UntilEof, SharedOptions.DryRun, SharedOptions.StartAt, SharedOptions.Share, HoldOptions.UntilHeld,
        BenchOptions.Svg, SaturateOptions.Svg,
    ];

    private static bool TryReadAgents(string text, out int value, out string error)
    {
        error = "";
        if (text == "all")
        {
            value = AllAgents;
            return true;
        }

        bool isRead = Units.TryParseCount(text, out long number, out error);
        if (isRead && number is < 1 or > 1000)
        {
            error = $"'{Text.Plain(text)}' is not 1 to 1,000 agents, or all";
        }

        value = (int)Math.Clamp(number, 0, 1000);
        return error.Length == 0;
    }

    private static void Show(Section into, string key, int agents) =>
        into[key] = agents == AllAgents ? "all" : agents;
}
