using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng cluster`.</summary>
internal static class ClusterCommandOptions
{
    public static Option<string> Directory { get; } = Declare.Word(
        "dir", "DIR", "throng-cluster", "of up and config: where the configuration, keys and data are kept");

    public static Option<long> Port { get; } = Declare.Count(
        "port", 1, 65_535, 4222, "of up and config: port to listen at");

    public static Option<string> Address { get; } = Declare.Word(
        "listen", "ADDR", "127.0.0.1", "of up and config: address to listen at");

    public static Option<string> Agents { get; } = Declare.Word(
        "agents", "N|NAME,…", "3", "of up and config: agents that are let in, by number (gen-1 …) or by name");

    public static Option<string> Join { get; } = Declare.Word(
        "join", "nats://[USER:PASSWORD@]HOST:PORT[,…]", "", "NATS at which the agents are; also THRONG_CLUSTER",
        shown: "required, but for up and config", alias: "cluster");

    /// <summary>Options of a run that is taken over which are this process's own.</summary>
    public static Option[] OfAttach { get; } = [.. SharedOptions.Prints.Options, SharedOptions.Control];

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "cluster",
        Operands = "status | attach RUN | stop RUN | drain [AGENT...] | up | config",
        TakesFiles = true,
        Choices = ["status", "attach", "stop", "drain", "up", "config"],
        Summary = "see and end what agents do, and set up NATS for them",
        About =
        [
            "status lists the agents that are there, what their hosts have, how far their clocks are off, and the "
                + "runs under way. attach takes over a run whose own controller is gone, and is that run from then on. "
                + "stop ends a run in order wherever it was started. drain lets agents leave once their run is over.",
            "up starts Debian's nats-server on this host with generated credentials, for a first try, and ends it "
                + "with Ctrl-C. config writes the configuration of one for many hosts: a key for each agent, which may "
                + "say and hear nothing but its own.",
        ],
        Examples =
        [
            new("throng cluster up", "a NATS on loopback, and what to type next"),
            new("throng cluster status --join nats://10.0.0.9:4222 --nkey controller.nk", "who is there"),
            new("throng cluster config --agents gen-a,gen-b --listen 10.0.0.9", "a configuration, and keys"),
        ],
        Common =
        [
            Join, BusOptions.Credentials, BusOptions.NKey, BusOptions.Authority, Directory, Address, Port, Agents,
            SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("Where it is", [Join, .. BusOptions.Identity]),
            new("Setting up", Directory, Address, Port, Agents),
            new("What status prints, and attach as a load does", OfAttach),
        ],
    };
}
