using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng capacity`.</summary>
public static class CapacityOptions
{
    public static Option<long> Limit { get; } = Declare.Count(
        "limit", 1, 100_000_000, LoadSpec.OnePerTarget,
        "never more connections than this, such as 50k or 2m; reaching it is a result",
        shown: "as many as this host can hold", letter: 'c');

    public static Option<double> ConnectRate { get; } = Declare.Rate(
        "connect-rate", 1000, "connects per second of the first approach; later ones are slower", letter: 'r');

    public static Option<long> ConnectTimeout { get; } = Declare.Duration(
        "connect-timeout", 3 * Ns.Second, "how long one connect may take");

    public static Option<double> CheckRate { get; } = Declare.Rate(
        "check-rate", 100, "old connections checked per second, chosen at random; 0: only those of the survey");

    public static Option<long> CheckTimeout { get; } = Declare.Duration(
        "check-timeout", 5 * Ns.Second, "a connection whose echo takes longer is gone");

    public static Option<bool> NoCheck { get; } = Declare.Flag(
        "no-check", "send nothing: for servers that do not echo; one is held as soon as it is open");

    public static Option<long> Trials { get; } = Declare.Count(
        "trials", 1, 9, 3, "how often the limit is approached");

    public static Option<string> Close { get; } = Declare.Choice(
        "close", "HOW", ["fin", "rst"], "rst", "how to close between trials and at the end: fin or rst (reset)");

    public static Option<bool> Recover { get; } = Declare.Flag(
        "recover", "measure too how soon places are free again after all are closed, by FIN and by RST");

    public static Option<long> RecoverMax { get; } = Declare.Duration(
        "recover-max", 180 * Ns.Second, "how long that is waited for, each time");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "capacity",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "find how many connections the path holds at once, and what happens at the limit",
        About =
        [
            "Opens connections until new ones fail or old ones vanish. Each new one has to echo before it counts, and "
                + "old ones are checked at random all the time. Then some are closed and the limit is approached "
                + "again, more slowly, twice. The result says whose limit it is, what happens to new and old ones "
                + "there, and what proves it. A limit of this host or of the server is named, and is no number of "
                + "the path.",
            "The other end has to be an echo server (throng serve), or say --no-check.",
        ],
        Examples =
        [
            new("throng capacity 10.0.0.2:7000 --connect-rate 5k", "how many does the firewall hold?"),
            new("throng capacity 10.0.0.2:7000-7039 --limit 2m --connect-rate 20k", "does it hold two million?"),
            new("throng capacity vip:7000 --recover --json", "and how soon are they free again?"),
            new("throng capacity 10.0.0.2:7000 --fail-on 'capacity.reached<100k'", "a verdict for CI"),
        ],
        Common =
        [
            Limit, ConnectRate, CheckRate, NoCheck, Recover, LoadOptions.Target, LoadOptions.Source, TlsOptions.Tls,
            SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out, SharedOptions.DryRun,
        ],
        Groups =
        [
            new("The search", Limit, ConnectRate, Trials, Recover, RecoverMax),
            new("Whether connections live", CheckRate, CheckTimeout, NoCheck),
            new("Connecting and closing", ConnectTimeout, Close, LoadOptions.KeepAlive, LoadOptions.UserTimeout),
            LoadOptions.WhereTo,
            TlsOptions.Group,
            SharedOptions.RunsAlone,
            PacketEngine.Group,
            LoadOptions.Prints,
        ],
    };
}
