using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Every connection that the counts call failed is told once, in the document and in the file.</summary>
public sealed class FailureTests : IDisposable
{
    private static readonly string[] Own = ["drained", "lowered", "finished", "cancelled", "idle-closed"];

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"throng-failures-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_port_where_nobody_listens_fails_each_attempt_in_its_connect(string engine)
    {
        Requirement.Engine(engine);
        int port = FreePort.One();
        using ThrongProcess run = Start(engine, "churn", $"127.0.0.1:{port}", "--rate", "6k", "--for", "1s", "-t", "2");
        run.Ends(1);
        Document document = run.Document().AddsUp();
        JsonElement[] lines = Checked(document);
        Assert.InRange(lines.Length, 2_001, 6_000);
        Assert.Equal(2_000, document.Length("failures"));
        document.Equal(lines.Length - 2_000, document.Number("failures_not_kept"), "between the first and the last");
        document.Equal(lines.Length - 999, document.Number("failures.1000.number"), "the first of the last");
        Assert.All(lines, line =>
        {
            Assert.Equal(
                ("connect", "refused", 111), (Text(line, "phase"), Text(line, "reason"), Number(line, "errno")));
            Assert.Equal(("tcp", $"127.0.0.1:{port}"), (Text(line, "transport"), Text(line, "remote")));
            Assert.Equal(JsonValueKind.Null, line.GetProperty("connect_ns").ValueKind);
            Assert.InRange(Number(line, "begin_ns"), 0, Number(line, "end_ns"));
        });
        Assert.Equal(
            Enumerable.Range(1, lines.Length).Select(number => (long)number),
            lines.Select(one => Number(one, "number")));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_resets_is_told_of_those_it_has_reset(string engine)
    {
        Requirement.Engine(engine);
        using ResettingServer server = new();
        using ThrongProcess run = Start(
            engine, "churn", server.Address, "--rate", "300", "--for", "1s", "--content", "/etc/hostname");
        run.Ends(0);
        Document document = run.Document().AddsUp();
        JsonElement[] lines = Checked(document);
        Assert.Equal(document.Number("churn.steps.0.outcomes.reset_before_reply"), lines.Length);
        Assert.All(lines, line =>
        {
            Assert.Equal("reset", Text(line, "reason"));
            Assert.StartsWith("127.0.0.1:", Text(line, "local"), StringComparison.Ordinal);
            if (Text(line, "phase") == "connect")
            {
                // The reset had come before this end looked at its handshake.
                Assert.Equal(JsonValueKind.Null, line.GetProperty("connect_ns").ValueKind);
                return;
            }

            Assert.Equal("awaiting", Text(line, "phase"));
            Assert.InRange(Number(line, "connect_ns"), 1, Number(line, "end_ns") - Number(line, "begin_ns"));
        });
        Assert.Contains(lines, line => Text(line, "phase") == "awaiting");
        Assert.Equal(lines.Length, lines.Select(line => Text(line, "local")).Distinct().Count());
    }

    [Theory]
    [InlineData("uring", "churn")]
    [InlineData("epoll", "churn")]
    [InlineData("uring", "hold")]
    public void A_server_that_never_answers_is_told_with_the_time_that_was_waited(string engine, string command)
    {
        Requirement.Engine(engine);
        using Socket mute = Peer.Listen();
        string[] words = command == "churn"
            ? ["--rate", "100", "--for", "500ms", "--timeout", "400ms", "--content", "/etc/hostname"]
            : ["-c", "50", "--ping", "--ping-interval", "100ms", "--ping-timeout", "400ms", "--for", "1s"];
        using ThrongProcess run = Start(engine, [command, $"127.0.0.1:{Peer.PortOf(mute)}", .. words]);
        run.Ends(1);
        JsonElement[] lines = Checked(run.Document().AddsUp());
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            Assert.Equal("awaiting", Text(line, "phase"));
            Assert.Equal(command == "churn" ? "reply-timeout" : "ping-timeout", Text(line, "reason"));
            Assert.InRange(Number(line, "end_ns") - Number(line, "begin_ns"), 399_000_000, 10_000_000_000);
        });
    }

    [Fact]
    public void A_datagram_that_is_refused_ends_no_connection_and_no_route_fails_each()
    {
        using NetworkNamespace place = new();
        using (Process route = place.Start("ip", "route add blackhole 10.99.0.0/16"))
        {
            route.WaitForExit();
            Assert.Equal(0, route.ExitCode);
        }

        string[] query =
            ["query", "--transport", "udp", "--protocol", "echo", "--rate", "100", "--for", "500ms", "-c", "4"];
        using ThrongProcess refused = ThrongProcess.Start(
            place.Launch, [.. query, "--json", "-q", "--target", $"127.0.0.1:{FreePort.One()}"]);
        using ThrongProcess lost = ThrongProcess.Start(
            place.Launch, [.. query, "--json", "-q", "--failures", _file, "--target", "10.99.0.1:7"]);
        refused.Ends(1);
        Document document = refused.Document().AddsUp();
        Assert.Equal(0, document.Length("failures"));
        lost.Ends(1);
        JsonElement[] lines = Checked(lost.Document().AddsUp());
        Assert.InRange(lines.Length, 4, int.MaxValue);
        Assert.All(lines, line => Assert.Equal(
            ("udp", "connect", "unreachable"), (Text(line, "transport"), Text(line, "phase"), Text(line, "reason"))));
    }

    [Fact]
    public void An_episode_says_which_failures_are_its_own()
    {
        EchoServer server = EchoServer.Start("auto");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "monitor", "--json", "-q", "--target", server.Address, "-c", "20", "--rate", "200", "--new-rate", "20",
            "--failures", _file, "--control", path, "--reply-timeout", "1s", "--connect-timeout", "1s");
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 20, run);
        server.Dispose();
        Eventually.Holds(() => control.Status("lost") == 20, run.Story);
        string directory = Path.GetDirectoryName(_file)!;
        string part = Assert.Single(Directory.GetFiles(directory, Path.GetFileName(_file) + ".*.part"));
        Eventually.Holds(
            () => File.ReadAllText(part).Contains("\"probe\":true", StringComparison.Ordinal),
            () => "no new connection was refused so far: " + run.Story());
        _ = control.Ask("quit");
        run.Ends(1);
        Document document = run.Document().AddsUp();
        JsonElement[] lines = Lines();
        Assert.Equal(document.Length("failures") + Absent(document), lines.Length);
        Assert.Equal(1, document.Length("monitor.episodes"));
        long first = document.Number("monitor.episodes.0.first_failure");
        long count = document.Number("monitor.episodes.0.failures");
        Assert.Equal((1, lines.Length), (first, count));
        Assert.Equal(20, lines.Count(line => Text(line, "phase") is "awaiting" or "open" or "answering"
            && !line.TryGetProperty("probe", out _)));
        Assert.All(lines.Where(line => Text(line, "phase") != "connect" && !line.TryGetProperty("probe", out _)),
            line => Assert.True(line.TryGetProperty("retransmits", out _)));
        Assert.Contains(lines, line => line.TryGetProperty("probe", out _));
    }

    [Fact]
    public void A_disk_that_is_full_does_not_end_the_run_and_is_said()
    {
        Requirement.OwnNetwork();
        string full = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(full);
        Launch launch = new()
        {
            Before = $"unshare --mount bash -c 'mount -t tmpfs -o size=256k tmpfs {full} && exec \"$@\"' - ",
        };
        using ThrongProcess run = ThrongProcess.Start(
            launch, "churn", $"127.0.0.1:{FreePort.One()}", "--rate", "2k", "--for", "1s", "--json", "-q",
            "--failures", Path.Combine(full, "failed.jsonl"));
        run.Ends(1);
        Document document = run.Document().AddsUp();
        long failed = document.Count("connections.connect_failed", "refused");
        document.Equal(failed, document.Length("failures") + Absent(document), "in the document");
        Assert.InRange(document.Number("failures_not_written"), 1, failed - 1);
        Assert.Contains(
            $"failures are not in --failures {full}/failed.jsonl: No space left", run.ErrorText,
            StringComparison.OrdinalIgnoreCase);
        Directory.Delete(full);
    }

    private ThrongProcess Start(string engine, params string[] words) =>
        ThrongProcess.Start([.. words, "--engine", engine, "--json", "-q", "--failures", _file]);

    /// <summary>The lines of the file, which are as many as the counts say, by reason too.</summary>
    private JsonElement[] Checked(Document document)
    {
        JsonElement[] lines = Lines();
        foreach (string part in (string[])["closed", "connect_failed"])
        {
            foreach (JsonProperty reason in document.Entries($"connections.{part}").Where(
                one => !Own.Contains(one.Name)))
            {
                Assert.Equal(reason.Value.GetInt64(), lines.Count(line => Text(line, "reason") == reason.Name
                    && (Text(line, "phase") is "connect" or "tls") == (part == "connect_failed")));
            }
        }

        Assert.Equal(document.Length("failures") + Absent(document), lines.Length);
        document.Equal(0, document.Number("failures_not_written"), "not written");
        Assert.Equal(_file, Assert.Single(Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(_file) + "*")));
        return lines;
    }

    private static long Absent(Document document) =>
        document.Has("failures_not_kept") ? document.Number("failures_not_kept") : 0;

    private JsonElement[] Lines() =>
        [.. File.ReadLines(_file).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private static string Text(JsonElement line, string key) => line.GetProperty(key).GetString()!;

    private static long Number(JsonElement line, string key) => line.GetProperty(key).GetInt64();
}
