using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng query`: what is offered, by which schedule, over what, and that each query is counted
/// once.</summary>
public sealed class QueryTests
{
    private static readonly string[] Echo = ["query", "--protocol", "echo", "--json", "-q"];

    [Fact]
    public void A_hundred_thousand_a_second_over_five_connections_are_each_counted_once()
    {
        Needs.Full(); // it takes both CPUs
        using EchoServer server = EchoServer.Start("auto", "--threads", "1");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", server.Address, "--rate", "100k", "-c", "5", "--for", "2s", "--warmup", "1s",
                "--threads", "1"]);
        Document document = run.Finish();
        document.Equal(200_000, document.Number("messages.offered"), "offered");
        document.Equal(2_000_000_000, document.Number("query.counted_ns"), "counted");
        long sent = document.Number("messages.sent");
        Assert.InRange(sent, 50_000, 200_000); // a busy machine sends fewer, and counts each of them
        document.Equal(sent, document.Number("messages.answered"), "answered");
        document.Equal(sent, document.Number("response_ns.count"), "response times");
        document.Equal(sent, document.Number("service_ns.count"), "service times");
        document.Equal(sent, document.Number("lag_ns.count"), "lags");
        document.Equal(5, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(sent, document.Count("query.answers", "echoed"), "answers, without those of the warm-up");
    }

    [Fact]
    public void Datagrams_are_answered_each()
    {
        using EchoServer server = EchoServer.Start("auto", "--transport", "udp");
        string[] some = [.. Echo, "--transport", "udp", "--profile", "500ms@2k,2s@0", "-c", "50"];
        using ThrongProcess embedded = ThrongProcess.Start([.. some, "--engine", "epoll"]);
        using ThrongProcess remote = ThrongProcess.Start([.. some, "--target", server.Address]);
        foreach ((ThrongProcess run, string whose) in ((ThrongProcess, string)[])
            [(embedded, "embedded"), (remote, "remote")])
        {
            Document document = run.Finish();
            Assert.Equal("udp", document.Text("query.transport"));
            Assert.Equal(whose, document.Text("query.server"));
            document.Equal(1000, document.Number("messages.offered"), "offered");
            document.Equal(1000, document.Number("messages.answered"), "answered");
            document.Equal(0, document.Number("query.malformed"), "malformed");
        }
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Datagrams_that_nobody_takes_are_refused_and_the_schedule_goes_on(string engine)
    {
        Requirement.Engine(engine);
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--transport", "udp", "--target", $"127.0.0.1:{FreePort.One()}", "--rate", "100", "-c", "4",
                "--for", "2s", "--engine", engine]);
        Document document = run.Finish(1);
        long sent = document.Number("messages.sent");
        document.Equal(200, sent + document.Number("messages.not_sent"), "due");
        Assert.InRange(sent, 100, 200); // 20 when a refusal ended its socket
        document.Equal(sent, document.Number("messages.lost"), "lost");
        Assert.InRange(document.Number("messages.refused"), sent - 4, sent); // the last ones may end with the run
        document.Equal(4, document.Number("connections.opened"), "sockets");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void The_longest_datagrams_are_answered(string engine)
    {
        Requirement.Engine(engine);
        using EchoServer server = EchoServer.Start(engine, "--transport", "udp");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--transport", "udp", "--target", server.Address, "--size", "65507", "--profile",
                "500ms@20,2s@0", "-c", "2", "--engine", engine]);
        Document document = run.Finish();
        document.Equal(10, document.Number("messages.answered"), "answered");
        document.Equal(10 * 65_507, document.Number("messages.bytes_received"), "bytes");
    }

    [Fact]
    public void A_thousand_connections_ask_over_tls()
    {
        using EchoServer server = EchoServer.Start("auto", "--tls");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", server.Address, "--tls", "-c", "1000", "--profile", "500ms@2k,2s@0", "--pick",
                "round-robin", "--engine", "epoll"]);
        Document document = run.Finish();
        Assert.Equal("tls", document.Text("query.transport"));
        document.Equal(1000, document.Number("connections.opened"), "opened");
        document.Equal(1000, document.Number("connect.handshake_ns.count"), "handshakes");
        document.Equal(1000, document.Number("messages.offered"), "offered");
        document.Equal(1000, document.Number("messages.answered"), "answered");
    }

    [Fact]
    public void Each_query_may_have_a_connection_of_its_own()
    {
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", server.Address, "--queries-per-connection", "1", "--close", "rst", "-c", "50",
                "--profile", "1s@500,2s@0"]);
        Document document = run.Finish();
        document.Equal(500, document.Number("messages.answered"), "answered");
        Assert.InRange(document.Number("connections.opened"), 500, 550); // each was used once, and 50 wait at the end
        document.Equal(0, document.Number("connections.lost"), "lost");
    }

    [Fact]
    public void Rates_come_from_stdin_or_a_profile_and_are_offered_exactly()
    {
        string[] some = [.. Echo, "-c", "10", "--arrivals", "constant", "--threads", "1"];
        using ThrongProcess rates = ThrongProcess.Start([.. some, "--stdin"]);
        rates.Say("3\n500 200\n500 1000\n2500 0");
        using ThrongProcess slopes = ThrongProcess.Start([.. some, "--stdin-rateslope", "--rate", "100"]);
        slopes.Say("3\n500 400\n500 -600\n2300 0");
        using ThrongProcess profile = ThrongProcess.Start([.. some, "--profile", "500ms@200,500ms@200..600,2300ms@0"]);
        using ThrongProcess poisson = ThrongProcess.Start(
            [.. Echo, "--arrivals", "poisson", "--seed", "1", "--profile", "1s@1k,2300ms@0"]);
        Offered(rates, 600, "500ms@200,500ms@1000,2500ms@0");
        Offered(slopes, 175, "500ms@100..300,500ms@300..0,2300ms@0");
        Offered(profile, 300, "500ms@200,500ms@200..600,2300ms@0");
        Document random = poisson.Finish();
        Assert.InRange(random.Number("messages.offered"), 850, 1150); // five standard deviations, nearly
        Assert.NotEqual(1000, random.Number("messages.offered"));
        random.Equal(random.Number("messages.offered"), random.Number("messages.answered"), "answered");
    }

    [Theory]
    [InlineData("--stdin", "2\n500 100\n500\n")]
    [InlineData("--stdin", "1\n500 -100\n")]
    [InlineData("--stdin-rateslope", "many\n")]
    public void A_program_that_is_not_one_is_usage(string option, string program)
    {
        using ThrongProcess run = ThrongProcess.Start([.. Echo, option]);
        run.Say(program);
        run.CloseInput();
        run.Ends(2);
        Assert.StartsWith("throng query: stdin: ", Assert.Single(run.Error.Lines()), StringComparison.Ordinal);
    }

    private static void Offered(ThrongProcess run, long queries, string profile)
    {
        Document document = run.Finish();
        document.Equal(queries, document.Number("messages.offered"), "offered");
        document.Equal(queries, document.Number("messages.answered"), "answered");
        Assert.Equal(profile, document.Text("query.profile"));
    }
}
