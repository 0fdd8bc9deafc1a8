using System.Net;
using Throng.Cluster;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng agent`.</summary>
internal static class AgentOptions
{
    private static readonly string[] PrivateNetworks =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15",
            "fc00::/7", "fe80::/10", "::1/128"];

    public static Option<string> Name { get; } = new(TryReadName, "", SharedOptions.ShowText)
    {
        Name = "name", Argument = "NAME", Default = "the host's", Help = "name of this agent, which no other has",
    };

    public static RepeatableOption<RunLabel> Label { get; } = LabelOption.Of(
        "label", "a word to choose this agent by, such as zone=inside; repeatable");

    public static RepeatableOption<IPNetwork> AllowTarget { get; } = new(TryReadNetwork, network => network.ToString())
    {
        Name = "allow-target", Argument = "CIDR", Default = "private networks and loopback",
        Help = "network that runs ordered here may connect to; repeatable, and then no other",
    };

    public static Option<bool> AllowPublic { get; } = Declare.Flag(
        "allow-public", "runs ordered here may connect to public addresses too, when they say --public");

    public static Option<string> State { get; } = Declare.Word(
        "state", "DIR", "", "directory that keeps results until a controller has fetched them",
        shown: "/var/lib/throng, or ~/.local/state/throng");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "agent",
        Summary = "wait on this host for parts of loads that are started elsewhere with --on",
        About =
        [
            "Dials out to NATS, tells what this host has, carries out what controllers order within what it allows, "
                + "and goes on waiting. Each part runs in a process of its own; a result is kept here until a "
                + "controller has it. SIGTERM ends what runs in order, and then the agent.",
            "It starts nothing but itself, reads and writes no file that an order names, and connects to no other "
                + "targets than --allow-target.",
        ],
        Examples =
        [
            new("throng agent --join nats://10.0.0.9 --nkey gen-a.nk --name gen-a", "as cluster config says"),
            new("throng agent --join nats://10.0.0.9 --name gen-a --label zone=inside", "a label to choose it by"),
            new("throng agent --join nats://10.0.0.9 --allow-target 10.1.0.0/16", "loads go to 10.1.0.0/16 only"),
        ],
        Groups =
        [
            new("Where controllers find it", [BusOptions.Join, Name, Label, .. BusOptions.Identity]),
            new("What it allows", AllowTarget, AllowPublic),
            new("How it runs", State, SharedOptions.Quiet),
        ],
    };

    /// <summary>The networks that its runs may connect to.</summary>
    public static IReadOnlyList<IPNetwork> Allowed(Values values) => values.Get(AllowTarget) is { Count: > 0 } typed
        ? typed
        : [.. PrivateNetworks.Select(network => IPNetwork.Parse(network))];

    private static bool TryReadName(string text, out string value, out string error)
    {
        value = text;
        error = ClusterProtocol.IsName(text) ? ""
            : $"'{Text.Plain(text)}' is no name: up to 64 letters, digits, dashes and underscores";
        return error.Length == 0;
    }

    private static bool TryReadNetwork(string text, out IPNetwork value, out string error)
    {
        string whole = text.Contains('/') || !IPAddress.TryParse(text, out IPAddress? address) ? text
            : $"{text}/{address.GetAddressBytes().Length * 8}";
        error = IPNetwork.TryParse(whole, out value) ? ""
            : $"'{Text.Plain(text)}' is no network: write 10.1.0.0/16, with no bit set behind its length";
        return error.Length == 0;
    }
}
