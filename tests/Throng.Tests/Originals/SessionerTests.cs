using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>Both ends of sessioner: words, bad input, and prompts against a run that is made up.</summary>
public sealed class SessionerTests
{
    private const string Unknown = """
        Unknown command "help", valid commands are:
        - status          ... show number of currently connected clients
        - list            ... list IP addresses and ports of all established sessions
        - listeners       ... show information about active listeners
        - debug           ... toggle the debug log
        - quit            ... close all clients and exit

        """;

    [Theory]
    [InlineData("sessioner_responder", "", "No listeners specified.\n"
        + "Use --listen parameter to specify at least one or -h for more information.")]
    [InlineData("sessioner_initiator", "", "No remote ends specified.\n"
        + "Use --target parameter to specify at least one or -h for more information.")]
    [InlineData("sessioner_responder", "--listen 127.0.0.1",
        "Error: option --listen parameter must be in the format of \"ip:port\" or \"ip:port-port\"!")]
    [InlineData("sessioner_initiator", "-t 127.0.0.1",
        "Error: option --target parameter must be in the format of \"ip:port\" or \"ip:port-port\"!")]
    [InlineData("sessioner_initiator", "--target 127.0.0.1:6000-5000",
        "Error: end port must not be lower than start port!")]
    [InlineData("sessioner_responder", "--listen nosuch:6000",
        "Error: \"nosuch\" in option --listen is not an IP address!")]
    [InlineData("sessioner_responder", "--listen ::1:6000",
        "Error: \"::1\" in option --listen is not an IP address!")]
    [InlineData("sessioner_responder", "--listen 10.0.0.1:70000", "Error: option --listen parameter must be in the "
        + "format of \"ip:port\" or \"ip:port-port\"! Ports are numbers from 1 to 65535.")]
    [InlineData("sessioner_responder", "--hashsize 0",
        "Error: option --hashsize parameter must be a number above 0, not \"0\"!")]
    [InlineData("sessioner_responder", "-l 10.0.0.1:1-2 -l 10.0.0.1:2",
        "Unable to bind to 10.0.0.1:2: Address already in use")]
    [InlineData("sessioner_responder", "--bogus -z --listen", "sessioner_responder: unrecognized option '--bogus'\n"
        + "sessioner_responder: invalid option -- 'z'\n"
        + "sessioner_responder: option '--listen' requires an argument\nNo listeners specified.\n"
        + "Use --listen parameter to specify at least one or -h for more information.")]
    public void Bad_input_ends_with_1_and_the_words_of_the_original(string name, string words, string error)
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run(["as", name, .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
        Assert.Equal(error + "\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    [Theory]
    [InlineData("sessioner_responder", "-h")]
    [InlineData("sessioner_initiator", "--bogus", "--help")]
    public void Help_goes_to_standard_error_and_ends_with_0(string name, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(["as", name, .. words]));
        Assert.Contains($"Usage: ./{name} [", shell.Error, StringComparison.Ordinal);
        Assert.Equal("", shell.Out);
    }

    [Fact]
    public void Words_become_a_hold()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "sessioner_initiator", "-pu", "-t", "10.0.0.1:65534-65535", "-s5",
            "--targ=10.0.0.2:7", "-t10.0.0.2:7", "ignored"));
        HoldSpec hold = shell.Hold!;
        Assert.Equal("10.0.0.1:65534 10.0.0.1:65535 10.0.0.2:7", string.Join(' ', hold.Targets));
        Assert.Equal(LoadSpec.OnePerTarget, hold.Connections);
        Assert.True(hold.Ping);
        Assert.Equal((31_000_000_000, 60_000_000_000), (hold.PingIntervalMinNs, hold.PingIntervalMaxNs));
        Assert.True(shell.Live.Spec.KeepLimits);
        Assert.Equal(3 * 64_512, shell.Live.Spec.Room);
        Assert.Equal("initiator $ \n", shell.Out);
    }

    [Fact]
    public void The_prompt_of_the_responder_answers_as_the_original_does()
    {
        CliShell shell = Shell("status\n\nlist\nlisteners\nhelp\n\ndebug\ndebug\n status\nquit\nlist\n");
        shell.Live.ConnectsTo.Clear();
        shell.Live.ListensOn.Add(CliRun.Address("10.0.0.1", 6000));
        shell.Live.ListensOn.Add(CliRun.Address("10.0.0.1", 6001));
        shell.Live.Rows.Add(new ConnectionRow(
            CliRun.Address("10.0.0.1", 6000), CliRun.Address("10.0.0.9", 49496), false, 5_000_000_000, 2_999_999_999));
        shell.Live.Rows.Add(new ConnectionRow(
            CliRun.Address("10.0.0.1", 6001), CliRun.Address("10.0.0.9", 49498), false, 107_000_000_000,
            93_000_000_000));
        shell.Live.Rows.Add(new EndpointRow(CliRun.Address("10.0.0.1", 6000), 0, 1, 0, 28_000, 0, 0));
        shell.Live.Rows.Add(new EndpointRow(CliRun.Address("10.0.0.1", 6000), 0, 0, 0, 247, 0, 0));
        shell.Live.Rows.Add(new SlotsRow(0, 20, [1, 7, 11], [0, 0, 0]));
        Assert.Equal(0, shell.Run(
            "as", "sessioner_responder", "-u", "--hashsize", "10", "--listen", "10.0.0.1:6000-6001"));
        string status = $"""
            Connected clients        : 90
            Active listeners         : 2
            Clients hash size        : 10
            Clients hash max depth   : 2
            Listeners hash max depth : 1
            Max descriptors limit    : {Limit()}
            Debug output             : no

            """;
        const string ListText = """
            Connected clients according to internal hash structure: 2
            10.0.0.9:49498->10.0.0.1:6001 : last action 93 seconds ago
            10.0.0.9:49496->10.0.0.1:6000 : last action 2 seconds ago

            """;
        const string Listeners = """
            Active listeners according to internal hash structure: 2
            10.0.0.1:6000 : 28247 accepted connections
            10.0.0.1:6001 : 0 accepted connections

            """;
        string[] answers =
        [
            status, status, ListText, Listeners, Unknown, Listeners, "Debug output enabed\n", "Debug output disabled\n",
            Unknown.Replace("help", " status", StringComparison.Ordinal),
        ];
        Assert.Equal("responder $ " + string.Concat(answers.Select(answer => answer + "responder $ ")), shell.Out);
        Assert.Equal("", shell.Error);
    }

    [Fact]
    public void The_prompt_of_the_initiator_answers_as_the_original_does()
    {
        CliShell shell = Shell(
            "\nset\nset5\nset abc\nset -5\nsettle 5\nset 40\nset 2000000\nstatus\ndetails\nping\n\n");
        shell.Live.ConnectsTo.Clear();
        shell.Live.ConnectsTo.Add(CliRun.Address("10.0.0.1", 6000));
        shell.Live.ConnectsTo.Add(CliRun.Address("10.0.0.1", 6001));
        shell.Live.Rows.Add(new EndpointRow(CliRun.Address("10.0.0.1", 6000), 6, 5, 0, 0, 0, 0));
        shell.Live.Rows.Add(new EndpointRow(CliRun.Address("10.0.0.1", 6000), 4, 4, 0, 0, 0, 0));
        shell.Live.Rows.Add(new SlotsRow(1, 9, [0, 1], [0, 0]));
        shell.Live.Rows.Add(new SlotsRow(0, 10, [0], [0]));
        Assert.Equal(0, shell.Run(
            "as", "sessioner_initiator", "-u", "-s", "10", "-t", "10.0.0.1:6000", "-s", "3", "-t", "10.0.0.1:6001"));
        const string NoNumber = "You need to specify the number to requested connections!\n";
        string unknown = """
            Unknown command "", valid commands are:
            - status          ... show number of currently connected clients
            - details         ... show more information about each target
            - set NUM         ... set the number of required connections
            - debug           ... toggle the debug log
            - ping            ... toggle the ping through the established connections
            - quit            ... close all clients and exit

            """;
        string status = $"""
            Connections requested    : 40
            Connected clients        : 90
            Configured targets       : 2
            Max descriptors limit    : {Limit()}
            Ping through connections : no
            Debug output             : no

            """;
        const string Details = """
            Target 10.0.0.1:6000:
               Maximum allowed connections       : 10
               Currently established connections : 9
               Session hash max depth            : 2
            Target 10.0.0.1:6001:
               Maximum allowed connections       : 0
               Currently established connections : 0
               Session hash max depth            : 0

            """;
        string[] answers =
        [
            unknown, NoNumber, unknown.Replace("\"\"", "\"set5\"", StringComparison.Ordinal), NoNumber, NoNumber,
            unknown.Replace("\"\"", "\"settle 5\"", StringComparison.Ordinal), "", "", status, Details,
            "Ping enabed\n", "Ping disabled\n",
        ];
        string whole = string.Concat(answers.Select(answer => answer + "initiator $ "));
        Assert.Equal($"initiator $ {whole}\n", shell.Out);
        Assert.Equal("only 1,000,000 fit\n", shell.Error);
        Assert.Contains("set 40", shell.Live.Calls);
    }

    [Fact]
    public void Failures_are_told_once_in_the_words_of_the_original()
    {
        InitiatorFace face = new([], [], isDebugging: false, outlivesInput: false);
        CliRun run = new();
        run.Failed.Add(CliRun.Failure(1, 1, "-", "10.0.0.1:6001", "connect", CloseReason.ConnectTimeout, 0));
        run.Failed.Add(CliRun.Failure(
            2, 2, "-", "10.0.0.1:6000", "connect", CloseReason.Refused, Linux.Errno.ECONNREFUSED));
        run.Failed.Add(CliRun.Failure(
            3, 3, "10.0.0.9:1", "10.0.0.1:6001", "open", CloseReason.Reset, Linux.Errno.ECONNRESET));
        run.Failed.Add(CliRun.Failure(4, 4, "-", "10.0.0.1:6001", "open", CloseReason.PeerClosed, 0));
        _ = face.Begin(run, default);
        Assert.Equal(
            [
                "Unable to connect to 10.0.0.1:6001: Connection timed out",
                "Unable to connect to 10.0.0.1:6000: Connection refused",
                "Error on connection 10.0.0.9:1->10.0.0.1:6001: Connection reset by peer",
            ],
            face.Tick().Errors);
        run.Now = run.Now with { Failed = run.Now.Failed + 1 };
        Assert.Empty(face.Tick().Errors);
    }

    [Fact]
    public void The_end_of_the_input_quits_unless_told_otherwise()
    {
        ResponderFace quits = new(1, isDebugging: false, outlivesInput: false);
        _ = quits.Begin(new CliRun(), default);
        OutputText ended = quits.Answer(null);
        Assert.Equal(("\n", true), (ended.Out, ended.Quits));
        ResponderFace stays = new(1, isDebugging: false, outlivesInput: true);
        _ = stays.Begin(new CliRun(), default);
        Assert.Equal(OutputText.Nothing, stays.Answer(null));
    }

    [Fact]
    public void An_address_that_is_taken_is_told_as_the_original_tells_it()
    {
        CliShell shell = new()
        {
            FailsToStart = new SetupException(
                "cannot listen on 10.9.9.9:6000: address not available", "none", Linux.Errno.EADDRNOTAVAIL),
        };
        Assert.Equal(1, shell.Run("as", "sessioner_responder", "-u", "-l", "10.9.9.9:6000"));
        Assert.Equal("Unable to bind to 10.9.9.9:6000: Cannot assign requested address\n", shell.Error);
    }

    [Theory]
    [InlineData(0, 1000, 0)]
    [InlineData(1000, 1000, 1)]
    [InlineData(1001, 1000, 2)]
    public void Listeners_fill_their_table_evenly(int count, int size, int depth) =>
        Assert.Equal(depth, HashDepth.OfFirst(count, size));

    [Fact]
    public void A_depth_is_the_most_slots_that_fall_together()
    {
        SlotsRow first = new(0, 4, [0, 3], [0, 0]);
        SlotsRow second = new(1, 4, [0, 2, 3], [0, 0, 1]);
        // Numbered on: 0, 3, 4, 6 of the first target, and 7 of the second.
        Assert.Equal(1, HashDepth.Measure([second, first], 100));
        Assert.Equal(2, HashDepth.Measure([second, first], 4));
        Assert.Equal(3, HashDepth.Measure([first, second], 3));
        Assert.Equal([3, 1], HashDepth.OfTargets([first, second], [3, 3]));
        Assert.Equal(0, HashDepth.Measure([], 4));
    }

    private static CliShell Shell(string input) => new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)) };

    private static string Limit()
    {
        _ = Linux.Limits.GetDescriptors(out ulong soft, out ulong hard);
        return $"{soft}/{hard}";
    }
}
