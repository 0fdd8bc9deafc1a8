using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng bench`.</summary>
public static class BenchOptions
{
    private const long MessageBytesMax = 16 * 1024 * 1024;

    public static Option<ConcurrencyList> Concurrency { get; } = new(
        ConcurrencyList.TryRead, ConcurrencyList.Default, (into, key, list) => into[key] = list.Node)
    {
        Name = "concurrency", Short = 'c', Argument = "N[,N…]|A..B", Default = "1,10,100,1000",
        Help = "connections of a round, a step each; 1..10k is 1,10,100,1000,10000",
    };

    public static Option<long> Rounds { get; } = Declare.Count(
        "rounds", 1, 100_000, 10, "rounds of each step, every one with new connections", shown: "10; with --for 1",
        letter: 'n');

    public static Option<long> Size { get; } = Declare.Bytes(
        "size", 1, MessageBytesMax, 13, "bytes of a message, others on every connection");

    public static Option<string> Message { get; } = Declare.Word(
        "message", "TEXT", "", "send this text instead, without an end", shown: "a pattern");

    public static Option<long> ReplySize { get; } = new(
        Kinds.Bytes(1, MessageBytesMax), 0, SharedOptions.ShowChosen)
    {
        Name = "reply-size", Argument = "BYTES", Default = "as many as sent",
        Help = "each answer is filled up with zeros by the server to so many bytes",
    };

    public static Option<long> For { get; } = Declare.Duration(
        "for", 0, "a closed loop: each connection sends again as soon as it has its answer, for so long",
        shown: "one message a connection");

    public static Option<long> Every { get; } = Declare.Duration(
        "every", 0, "release a round so long after the one before, and leave out one that cannot begin by then: parts "
            + "of a plan keep together so",
        shown: "when the one before is over; of parts --for and 2s more");

    public static Option<long> ReplyTimeout { get; } = Declare.Duration(
        "reply-timeout", 5 * Ns.Second, "an answer that takes longer is given up");

    public static Option<CompareList> Compare { get; } = new(
        CompareList.TryRead, CompareList.None, (into, key, list) => into[key] = list.Node)
    {
        Name = "compare", Argument = "SERVER[,SERVER…]", Default = "none",
        Help = "several servers in turns: epoll, uring, kernel or xdp (throng serve with that engine, started on "
            + "this host for the run) or HOST:PORT",
    };

    public static Option<string> PerConnection { get; } = Declare.File(
        "per-connection", "write `rank us` lines: how long the first, second, … to be done took, mean of the rounds");

    public static Option<string> Svg { get; } = Declare.Drawing(
        "write a drawing: response time and echoes per second over connections", oldName: "plot");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "bench",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "response time of echo servers at given numbers of connections, and servers compared",
        About =
        [
            "A round opens its connections, releases all of them at one moment, waits until each has the whole answer "
                + "to its message, checked byte by byte, and closes them. Times count from handing the message over, "
                + "opening is not in them. Echoes per second are those of a round by the time from the release to "
                + "the last answer; the median of the rounds is shown, with the least and the most.",
            "With --compare the rounds of all servers take turns. CPU times are read while a round is under way, in "
                + "steps of 10 ms. What --engine kernel and xdp do happens in whoever sends or is interrupted, so "
                + "it is mostly in the client's system time and not in the server's.",
        ],
        Examples =
        [
            new("throng bench 10.0.0.2:12345", "1 to 1,000 at once"),
            new("throng bench --compare epoll,uring,kernel --svg compared.svg", "which engine?"),
            new("throng bench 10.0.0.2:7000 -c 100 --for 5s", "echoes per second that last"),
            new("throng bench 10.0.0.2:12345 -c 1000 --per-connection bench.txt", "for gnuplot"),
            new("throng bench 10.0.0.2:12345 --reply-size 512", "answers filled up with zeros"),
        ],
        Common =
        [
            Concurrency, Rounds, For, Size, ReplySize, LoadOptions.Target, Compare, Svg, TlsOptions.Tls,
            SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("What is measured", Concurrency, Rounds, For, Every, ReplyTimeout),
            new("What is sent", Size, Message, ReplySize),
            new("Where to", Compare, LoadOptions.Target, LoadOptions.Source, LoadOptions.SourcePorts,
                LoadOptions.PortOrder, LoadOptions.IPv4, LoadOptions.IPv6, LoadOptions.Public,
                LoadOptions.ConnectTimeout, LoadOptions.Close),
            TlsOptions.Group,
            SharedOptions.Runs,
            ClusterOptions.Group,
            PacketEngine.Group,
            new(SharedOptions.Prints.Heading, [.. LoadOptions.Prints.Options, PerConnection, Svg]),
        ],
    };
}
