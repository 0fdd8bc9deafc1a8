using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// `throng saturate` against limits whose size is known: each in a network namespace of its own, all at once.
/// </summary>
[Collection(nameof(Alone))]
public sealed class SaturateTests
{
    private const string SynsBeyond = "tcp flags syn / syn,ack limit rate over 500/second burst 5 packets";
    private const string DataBeyond = "tcp flags & psh == psh limit rate over 500/second burst 5 packets";
    private static readonly string[] Server = ["serve", "--mode", "exchange", "--listen", "127.0.0.1:7000", "-q"];
    private static readonly string[] Search =
        ["saturate", "--target", "127.0.0.1:7000", "--start", "250", "--increment", "1.5", "--step", "1s",
            "--cooldown", "300ms", "--timeout", "2s", "--content", "/etc/hostname", "--json", "-q"];

    [Fact]
    public void A_known_limit_is_found_within_a_step_of_the_search_and_named()
    {
        Needs.Full();
        using Limited dropping = new($"tcp dport 7000 {SynsBeyond} drop");
        using Limited refusing = new($"tcp dport 7000 {SynsBeyond} reject with tcp reset");
        using Limited resetting = new($"tcp dport 7000 {DataBeyond} reject with tcp reset");
        using Limited accepting = new("", "--threads", "1", "--backlog", "16", "--accept-rate", "300");
        ThrongProcess[] runs =
        [
            dropping.Start(), refusing.Start(), resetting.Start(), accepting.Start("--slowdown", "100000"),
        ];
        try
        {
            Document document = runs[0].Finish();
            Found(document, "path-drop", 500);
            Found(runs[1].Finish(), "refused", 500);
            Found(runs[2].Finish(), "path-reset", 500);
            Found(runs[3].Finish(), "server-backlog", 300);
        }
        finally
        {
            Array.ForEach(runs, run => run.Dispose());
        }
    }

    [Fact]
    public void Where_nothing_gives_in_that_is_said_and_drawn()
    {
        string chart = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.svg");
        using ThrongProcess run = ThrongProcess.Start(
            ["saturate", "--start", "100", "--rate-max", "200", "--increment", "2", "--step", "300ms", "--cooldown",
                "0", "--slowdown", "100000", "--json", "-q", "--chart", chart]);
        try
        {
            Document document = run.Finish();
            Assert.Equal("none-up-to-max", document.Text("saturate.cause"));
            document.Equal(200, (long)document.Real("saturate.last_good_per_s"), "the last good rate");
            Assert.False(document.Has("saturate.first_bad_per_s"));
            Assert.StartsWith("<svg", File.ReadAllText(chart), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(chart);
        }
    }

    [Fact]
    public void It_searches_beside_connections_that_are_held()
    {
        using ThrongProcess run = ThrongProcess.Start(
            ["saturate", "--start", "100", "--rate-max", "200", "--increment", "2", "--step", "300ms", "--cooldown",
                "0", "--slowdown", "100000", "--held", "100", "--life", "requests", "--close", "rst", "--json", "-q"]);
        Document document = run.Finish();
        document.Equal(100, document.Number("saturate.held.opened"), "held");
        document.Equal(0, document.Number("saturate.held.lost"), "lost");
        document.Equal(200, (long)document.Real("saturate.last_good_per_s"), "the last good rate");
    }

    /// <summary>The boundary lies within 5 % of the limit, or a step of the search more: another 5 %.</summary>
    private static void Found(Document document, string cause, double limit)
    {
        document.AddsUp();
        double good = document.Real("saturate.last_good_per_s");
        Assert.True(
            good >= limit * 0.9 && good <= limit * 1.1,
            $"{cause}: good up to {good}/s of {limit}/s; {document.Text("saturate.evidence")}");
        Assert.Equal(cause, document.Text("saturate.cause"));
    }

    /// <summary>An exchange server behind a packet filter, in a network namespace of its own.</summary>
    private sealed class Limited : IDisposable
    {
        private readonly NetworkNamespace _place = new();
        private readonly ThrongProcess _server;

        public Limited(string rule, params string[] options)
        {
            if (rule.Length > 0)
            {
                _place.Nft("add table inet t; add chain inet t in { type filter hook input priority 0; }; "
                    + $"add rule inet t in {rule}");
            }

            string path = ControlClient.NewPath();
            _server = ThrongProcess.Start(_place.Launch, [.. Server, "--control", path, .. options]);
            using ControlClient control = ControlClient.To(path, _server);
            control.Ask("status"); // answers once it listens
        }

        public ThrongProcess Start(params string[] options) =>
            ThrongProcess.Start(_place.Launch, [.. Search, .. options]);

        public void Dispose()
        {
            _server.Dispose();
            _place.Dispose();
        }
    }
}
