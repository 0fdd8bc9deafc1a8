using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Four commands on hosts that are odd in one way each: a command works, and its sums hold, or it ends with 3 and one
/// line that says what is missing and what helps. docs/develop/hosts.md has what was seen.
/// </summary>
public sealed partial class HostTests
{
    private static readonly string[] Hold = ["hold", "50", "--for", "300ms", "--json", "-q"];

    private static readonly string[] Query =
        ["query", "--protocol", "echo", "--rate", "200", "-c", "10", "--for", "300ms", "--json", "-q"];

    private static readonly string[] Doctor = ["doctor", "--json", "hold", "50"];

    private static string[] Serve => ["serve", "--listen", $"127.0.0.1:{FreePort.One()}", "--json", "-q"];

    public static TheoryData<string> Names => [.. OddHost.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_command_works_or_says_in_one_line_what_is_missing(string name)
    {
        Needs.Full();
        Needs.Toolchain(ThrongProcess.IsNative); // the managed program is another: it loads files, and has more threads
        OddHost host = OddHost.All[name];
        using IDisposable? place = host.Place?.Invoke();
        Launch launch = host.Lay();
        foreach (string[] words in (string[][])[Hold, Query, Serve, Doctor])
        {
            using ThrongProcess process = ThrongProcess.Start(launch, words);
            if (host.Refused.Contains(words[0]))
            {
                Refuses(process, host.Says, words[0]);
            }
            else if (words[0] == "doctor")
            {
                process.Ends(0);
            }
            else
            {
                Document document = words[0] == "serve" ? Served(process, words[2]) : process.Finish();
                Assert.True(document.Number("connections.opened") > 0, process.Story());
                document.Equal(0, document.Number("connections.lost"), "lost");
                Assert.True(host.Engine.Length == 0 || document.Text("host.engine") == host.Engine, process.Story());
            }
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public void What_a_refusal_advises_helps(int nofile)
    {
        Needs.Full();
        using ThrongProcess refused = ThrongProcess.Run(new Launch { Nofile = nofile }, 3, Hold);
        Match advised = Advice().Match(refused.ErrorText);
        Assert.True(advised.Success, refused.Story());
        int enough = int.Parse(advised.Groups[1].ValueSpan);
        Requirement.Descriptors(enough);
        using ThrongProcess run = ThrongProcess.Run(new Launch { Nofile = enough }, 0, Hold);
        run.Document().AddsUp().Equal(50, run.Document().Number("connections.held"), "held");
    }

    [Fact]
    public void Where_nothing_can_be_written_a_file_is_refused_before_the_run()
    {
        Needs.Full();
        using ThrongProcess run = ThrongProcess.Start(
            OddHost.All["nothing can be written"].Lay(), "hold", "5", "--for", "1h", "--json", "--out",
            "/tmp/run.json");
        Refuses(run, "cannot write --out /tmp/run.json: read-only file system", "hold");
    }

    /// <summary>The clock is moved by an hour to and fro while connections are held and queries answered.</summary>
    [Theory]
    [InlineData("+3600")]
    [InlineData("-3600")]
    public void A_clock_that_is_set_changes_no_count(string by)
    {
        Needs.Full();
        string? library = Directory.GetDirectories("/usr/lib", "*-linux-gnu")
            .Select(static at => $"{at}/faketime/libfaketime.so.1").FirstOrDefault(File.Exists);
        Needs.File(library ?? "libfaketime.so.1");
        string offset = Path.GetTempFileName();
        File.WriteAllText(offset, "+0");
        Launch launch = new()
        {
            Environment = new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = library!, ["FAKETIME_TIMESTAMP_FILE"] = offset, ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            },
        };
        foreach (string[] words in (string[][])[Hold, Query])
        {
            string[] longer = [.. words.Select(static word => word == "300ms" ? "1s" : word)];
            using ThrongProcess run = ThrongProcess.Start(launch, longer);
            for (int times = 0; !run.HasExited; times++)
            {
                File.WriteAllText(offset, times % 2 == 0 ? by : "+0");
                Thread.Sleep(100);
            }

            Document document = run.Finish();
            document.Equal(0, document.Number("connections.lost"), "lost");
            Assert.InRange(document.Number("duration_ns"), 900_000_000, 60_000_000_000);
        }

        File.Delete(offset);
    }

    private static void Refuses(ThrongProcess process, string says, string command)
    {
        process.Ends(3);
        if (command == "doctor")
        {
            Assert.Contains(says, process.OutputText + process.ErrorText, StringComparison.Ordinal);
            return;
        }

        string line = Assert.Single(process.Error.Lines());
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.Contains("; ", line, StringComparison.Ordinal);
        process.Document().Equal(3, process.Document().Number("error.exit_code"), "exit code");
    }

    private static Document Served(ThrongProcess server, string listen)
    {
        int port = int.Parse(listen.AsSpan(listen.IndexOf(':') + 1));
        using (Socket client = Peer.ConnectTo(port, server))
        {
            Assert.True(Peer.Echoes(client), server.Story());
        }

        server.Signal(ThrongProcess.SIGTERM);
        return server.Finish();
    }

    [GeneratedRegex(@"ulimit -n (\d+)")]
    private static partial Regex Advice();
}
