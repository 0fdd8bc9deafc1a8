using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Examples that other programs' own documents print, run as written on a loopback of their own; what is large there
/// is small here.
/// </summary>
public sealed partial class OriginalsTests
{

    /// <summary>The document has 100 ports and 100,000 sessions; here they are 10 and 1,000.</summary>
    [Fact]
    public void Sessions_are_raised_from_the_prompt_and_both_ends_show_them()
    {
        using Netns netns = new();
        Launch launch = new() { Before = netns.Before, Nofile = 4096 };
        using ThrongProcess responder = ThrongProcess.Start(
            launch, "as", "sessioner_responder", "-u", "--hashsize", "1000", "--listen", "127.0.0.1:3000-3009");
        Shows(responder, "status", OfResponder(0, 0));
        using ThrongProcess initiator = ThrongProcess.Start(
            launch, "as", "sessioner_initiator", "-u", "--target", "127.0.0.1:3000-3009");
        AwaitStatus(initiator, 10);
        Assert.Equal(OfInitiator(10, 10, pings: false), Ask(initiator, "", 6));
        Shows(responder, "status", OfResponder(10, 1));

        initiator.Say("set 1000");
        AwaitStatus(initiator, 1000);
        Assert.Equal(OfInitiator(1000, 1000, pings: false), Ask(initiator, "status", 6));
        string[] details = Ask(initiator, "details", 40);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(
                [
                    Prompted("initiator", i, $"Target 127.0.0.1:{3000 + i}:"),
                    "   Maximum allowed connections       : 100",
                    "   Currently established connections : 100",
                ],
                details[(i * 4)..((i * 4) + 3)]);
            Assert.Matches("^   Session hash max depth            : [1-9][0-9]*$", details[(i * 4) + 3]);
        }

        Shows(responder, "status", OfResponder(1000, 1));
        string[] listeners = Ask(responder, "listeners", 11);
        Assert.Equal("Active listeners according to internal hash structure: 10", Bare(listeners[0]));
        Assert.Equal(
            Enumerable.Range(3000, 10).Select(port => $"127.0.0.1:{port} : 100 accepted connections"), listeners[1..]);
        string[] list = Ask(responder, "list", 1001);
        Assert.Equal("Connected clients according to internal hash structure: 1000", Bare(list[0]));
        Assert.All(list[1..], line => Assert.Matches(ListLine(), line));

        Assert.Equal(["initiator $ Ping enabed"], Ask(initiator, "ping", 1));
        Assert.Equal(OfInitiator(1000, 1000, pings: true), Ask(initiator, "status", 6));
        Assert.Equal(["initiator $ Ping disabled"], Ask(initiator, "ping", 1));
        initiator.Say("set 7");
        AwaitStatus(initiator, 7);
        initiator.Say("quit");
        initiator.Ends(0);
        responder.CloseInput();
        responder.Ends(0);
        Assert.Equal("responder $ ", responder.Output.Lines()[^1]);
        Assert.Equal("", initiator.ErrorText + responder.ErrorText);
    }

    /// <summary>Each command of both prompts as the document shows it, with its numbers.</summary>
    [Fact]
    public void Every_command_shows_what_the_document_shows()
    {
        using Netns netns = new();
        Launch launch = new() { Before = netns.Before, Nofile = 4096 };
        using ThrongProcess responder = ThrongProcess.Start(
            launch, "as", "sessioner_responder", "-u", "--hashsize", "100000", "--listen", "127.0.0.1:6000-6003");
        _ = Ask(responder, "status", 7);
        using ThrongProcess initiator = ThrongProcess.Start(
            launch, "as", "sessioner_initiator", "-u", "--target", "127.0.0.1:6000-6003");
        initiator.Say("set 40");
        AwaitStatus(initiator, 40);
        Assert.Equal(OfTargets(10), Ask(initiator, "details", 16));
        initiator.Say("set 60");
        AwaitStatus(initiator, 60);
        Assert.Equal(OfTargets(15), Ask(initiator, "details", 16));
        Shows(
            responder,
            "status",
            [
                "responder $ Connected clients        : 60",
                "Active listeners         : 4",
                "Clients hash size        : 100000",
                "Clients hash max depth   : 1",
                "Listeners hash max depth : 1",
                "Max descriptors limit    : 4096/4096",
                "Debug output             : no",
            ]);
        foreach (ThrongProcess end in (ThrongProcess[])[initiator, responder])
        {
            string name = end == initiator ? "initiator" : "responder";
            Assert.Equal([$"{name} $ Debug output enabed"], Ask(end, "debug", 1));
            Assert.Equal([$"{name} $ Debug output disabled"], Ask(end, "debug", 1));
            Assert.Equal($"{name} $ Unknown command \"help\", valid commands are:", Ask(end, "help", 6)[0]);
        }

        // The server goes first, and comes back: the initiator says so, and connects again. A connection that came to
        // the server's queue while it went is reset.
        responder.Say("quit");
        responder.Ends(0);
        Eventually.Holds(
            () => initiator.Error.Lines().Any(line => Refused().IsMatch(line)), initiator.Story);
        Assert.All(
            initiator.Error.Lines().Where(line => !Refused().IsMatch(line)),
            line => Assert.Matches("^Error on connection 127\\.0\\.0\\.1:[0-9]+->127\\.0\\.0\\.1:600[0-3]: ", line));
        using ThrongProcess again = ThrongProcess.Start(
            launch, "as", "sessioner_responder", "-u", "--listen", "127.0.0.1:6000-6003");
        AwaitStatus(initiator, 60);
        initiator.CloseInput();
        initiator.Ends(0);
        again.Signal(ThrongProcess.SIGTERM);
        again.Ends(143);
    }

    [GeneratedRegex("^Unable to connect to 127\\.0\\.0\\.1:600[0-3]: Connection (refused|reset by peer)$")]
    private static partial Regex Refused();

    [Fact]
    public void Exchanges_at_rates_and_the_search_print_the_lines_of_the_document()
    {
        using Netns netns = new();
        Launch launch = new() { Before = netns.Before };
        string content = Path.Combine(netns.Directory, "content");
        File.WriteAllBytes(content, new byte[5424]);
        using ThrongProcess server = ThrongProcess.Start(launch, "as", "tspam", "server", "-c", content);
        AwaitListener(netns, 2345);
        using ThrongProcess rate = ThrongProcess.Run(
            launch, 0, "as", "tspam", "rate", "-r", "50", "60", "-l", "1", "-c", content, "-I", "127.0.0.7");
        Assert.Equal(["", "Rate 50: 50 due", "Rate 60: 60 due"], Steps(rate, ""));
        Assert.Contains("127.0.0.7", netns.Out("ss -Htan state time-wait"), StringComparison.Ordinal);

        // So small a slowdown ends it at the first step that is slower, which comes soon.
        using ThrongProcess search = ThrongProcess.Run(
            launch, 0, "as", "tspam", "saturate", "-r", "100", "-i", "1.5", "-l", "1", "-s", "0.01");
        string[] steps = Steps(search, "Base Saturated");
        Assert.Equal(["", "Base Rate 100: 100 due", "Saturated at Rate 150: 150 due"], steps);
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(143);

        using ThrongProcess nobody = ThrongProcess.Run(
            launch, 1, "as", "tspam", "saturate", "-r", "10", "-l", "1");
        Assert.EndsWith("Fatal error: No samples", nobody.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bench_of_an_echo_of_512_bytes_leaves_its_thousand_lines()
    {
        Needs.Tool("gnuplot");
        using Netns netns = new();
        Launch launch = new() { Before = $"env -C {netns.Directory} {netns.Before}" };
        using ThrongProcess server = ThrongProcess.Start(launch, "as", "user-echo-server");
        server.Output.Await(0, 3, "it listens");
        NamespaceThread.Run(netns, () =>
        {
            using Socket client = Peer.Connect(12_345, IPAddress.Loopback);
            Assert.Equal(13, client.Send("dummy message"u8));
            byte[] reply = new byte[512];
            Assert.Equal(512, Peer.ReadAll(client, reply));
            Assert.Equal([.. "dummy message"u8, .. new byte[499]], reply);

            // Six hundred bytes are two replies.
            Assert.Equal(600, client.Send(Peer.Pattern(600, 1)));
            byte[] replies = new byte[1024];
            Assert.Equal(1024, Peer.ReadAll(client, replies));
            Assert.Equal([.. Peer.Pattern(600, 1), .. new byte[424]], replies);
        });

        using ThrongProcess bench = ThrongProcess.Run(launch, 0, "as", "bench", "--plot");
        Assert.Equal("", bench.OutputText);
        string[] lines = File.ReadAllLines(Path.Combine(netns.Directory, "bench.txt"));
        Assert.Equal(1000, lines.Length);
        Assert.All(lines.Select((line, rank) => (line, rank)), one => Assert.Matches($"^{one.rank} [0-9]+$", one.line));
        Assert.True(File.Exists(Path.Combine(netns.Directory, "bench.svg")));
        byte[] picture = File.ReadAllBytes(Path.Combine(netns.Directory, "bench.png"));
        Assert.Equal("PNG"u8, picture.AsSpan(1, 3));
        Assert.True(picture.Length > 2_000, $"{picture.Length} bytes of a picture");

        NamespaceThread.Run(netns, () =>
        {
            using Socket client = Peer.Connect(12_345, IPAddress.Loopback);
            string pair = $"{client.LocalEndPoint} 127.0.0.1:12345";
            string dropped = netns.Out($"echo '{pair}' | {ThrongProcess.ProgramPath} as drop-tcp-socket");
            Assert.Equal($"Drop socket ({pair.Replace(" ", " -> ", StringComparison.Ordinal)})", dropped);
            SocketException gone = Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
            Assert.Equal(SocketError.ConnectionAborted, gone.SocketErrorCode);
        });
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(143);

        using ThrongProcess alone = ThrongProcess.Run(launch, 255, "as", "bench");
        Assert.StartsWith("connect: Connection refused", alone.ErrorText, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Path.Combine(netns.Directory, "bench.txt")).Length);
    }

    [Fact]
    public void The_module_echoes_on_its_port_and_a_link_is_enough()
    {
        using Netns netns = new();
        Needs.Host(
            Capabilities.Read() is { LoadsPrograms: true, ChangesNetwork: true },
            "programs cannot be loaded into this kernel from here");
        ThrongProcess.Run(0, "as", "--install", netns.Directory).Dispose();
        using ThrongProcess kecho = ThrongProcess.Start(
            new Launch { Before = $"{netns.Before}{netns.Directory}/kecho port=4000 backlog=100 # " });
        AwaitListener(netns, 4000);
        NamespaceThread.Run(netns, () =>
        {
            using Socket client = Peer.Connect(4000, IPAddress.Loopback);
            byte[] reply = new byte[6];
            Assert.Equal(6, client.Send("hello\0"u8));
            Assert.Equal(6, Peer.ReadAll(client, reply));
            Assert.Equal("hello\0"u8.ToArray(), reply);
        });
        kecho.Signal(ThrongProcess.SIGTERM);
        kecho.Ends(143);
    }

    private static string[] OfResponder(int clients, int depth) =>
    [
        $"responder $ Connected clients        : {clients}",
        "Active listeners         : 10",
        "Clients hash size        : 1000",
        $"Clients hash max depth   : {depth}",
        "Listeners hash max depth : 1",
        "Max descriptors limit    : 4096/4096",
        "Debug output             : no",
    ];

    private static string[] OfTargets(int each) =>
    [
        .. Enumerable.Range(0, 4).SelectMany(i => (string[])
        [
            Prompted("initiator", i, $"Target 127.0.0.1:{6000 + i}:"),
            $"   Maximum allowed connections       : {each}",
            $"   Currently established connections : {each}",
            "   Session hash max depth            : 1",
        ]),
    ];

    private static string[] OfInitiator(int wanted, int open, bool pings) =>
    [
        $"initiator $ Connections requested    : {wanted}",
        $"Connected clients        : {open}",
        "Configured targets       : 10",
        "Max descriptors limit    : 4096/4096",
        $"Ping through connections : {(pings ? "yes" : "no")}",
        "Debug output             : no",
    ];

    private static string Prompted(string name, int line, string text) => line == 0 ? $"{name} $ {text}" : text;

    /// <summary>Prompts stand before the first line of an answer, one for each command without a text.</summary>
    private static string Bare(string line) => line[(line.LastIndexOf("$ ", StringComparison.Ordinal) + 2)..];

    private static string[] Ask(ThrongProcess process, string command, int lines)
    {
        int from = process.Output.Count;
        process.Say(command);
        return process.Output.Await(from, lines, command);
    }

    /// <summary>Asks until it answers this.</summary>
    private static void Shows(ThrongProcess process, string command, string[] expected)
    {
        string[] shown = [];
        Eventually.Holds(
            () => (shown = Ask(process, command, expected.Length)).SequenceEqual(expected),
            () => $"{command}: {string.Join('\n', shown)}",
            everyMs: 50);
    }

    private static void AwaitStatus(ThrongProcess initiator, int open) => Eventually.Holds(
        () => Ask(initiator, "status", 6)[1] == $"Connected clients        : {open}", initiator.Story, everyMs: 50);

    private static void AwaitListener(Netns netns, int port) => Eventually.Holds(
        () => netns.Out($"ss -Hltn sport = :{port}").Length > 0, () => $"nobody listens on {port}", everyMs: 50);

    /// <summary>
    /// First what is wrong; then what each line begins with, and how many connections fell due: those of which it has
    /// a sample, and those of which it says on standard error that it has none, as a busy machine makes some.
    /// </summary>
    private static string[] Steps(ThrongProcess process, string prefixes)
    {
        List<string> steps = [];
        string wrong = "";
        Dictionary<string, int> missing = [];
        foreach (string line in process.Error.Lines())
        {
            Match match = MissingLine().Match(line);
            wrong += match.Success ? "" : line;
            missing[match.Groups["rate"].Value] = match.Success ? int.Parse(match.Groups["missing"].Value) : 0;
        }

        foreach (string line in process.Output.Lines())
        {
            Match match = StepLine().Match(line);
            wrong += match.Success && prefixes.Contains(match.Groups["prefix"].Value.Split(' ')[0],
                StringComparison.Ordinal) ? "" : line;
            int samples = match.Success ? int.Parse(match.Groups["samples"].Value) : 0;
            int due = samples + missing.GetValueOrDefault(match.Groups["rate"].Value);
            steps.Add($"{match.Groups["prefix"].Value}Rate {match.Groups["rate"].Value}: {due} due");
        }

        return [wrong, .. steps];
    }

    [GeneratedRegex(@"^127\.0\.0\.1:[0-9]+->127\.0\.0\.1:300[0-9] : last action [0-9]+ seconds ago$")]
    private static partial Regex ListLine();

    [GeneratedRegex(@"^\[ERROR tspam\] (?<missing>[0-9]+) of [0-9]+ connections at rate (?<rate>[0-9]+) "
        + "without a sample")]
    private static partial Regex MissingLine();

    [GeneratedRegex(@"^(?<prefix>Base |Saturated at |)Rate (?<rate>[0-9]+) \((?<samples>[0-9]+) samples\):"
        + @"\tmin [0-9.]+(ns|µs|ms|s),\tmax [0-9.]+(ns|µs|ms|s),\tmean: [0-9.]+(ns|µs|ms|s),"
        + @"\t90th: [0-9.]+(ns|µs|ms|s)$")]
    private static partial Regex StepLine();
}
