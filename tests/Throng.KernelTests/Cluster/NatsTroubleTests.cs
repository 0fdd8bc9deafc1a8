using System.Text;
using NATS.Client.Core;
using Throng.Cluster;
using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A nats-server that dies, is full, refuses, or is none.</summary>
public sealed class NatsTroubleTests
{
    [Fact]
    public void A_server_that_is_killed_and_comes_back_is_used_again_and_nothing_comes_twice()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control("throng.r.fig.>");

        // The agent hears itself too: whoever is back first may send while nobody else listens yet.
        string[] heard = ["throng.agent.a1.>", "throng.r.fig.>"];
        NatsParticipant agent = nats.Connect(nats.Spec("a1") with { Subjects = heard });
        (_, _) = (controller.Next<BusConnected>(), agent.Next<BusConnected>());
        Stored plan = controller.Put(Bucket.Plans, "run", Bytes("plan"), 0);
        agent.Bus.Publish("throng.r.fig.a1", Bytes("before"));
        _ = controller.Next<Received>();

        nats.Server.Kill();
        (_, _) = (controller.Next<BusDisconnected>(), agent.Next<BusDisconnected>());
        Assert.False(agent.Bus.IsConnected);
        for (int n = 0; n < 100; n++)
        {
            agent.Bus.Publish($"throng.r.fig.{n}", Bytes("lost"));
        }

        Assert.Null(controller.Ask("throng.agent.a1.order", Bytes("go")).Data);
        controller.Bus.Put(1_000, Bucket.Plans, "waits", Bytes("until it is back"));
        nats.Restart();
        (_, _) = (controller.Next<BusConnected>(), agent.Next<BusConnected>());
        Assert.Equal(PutOutcome.Done, controller.Next<Stored>(one => one.Id == 1_000).Outcome);

        agent.Bus.Publish("throng.r.fig.a1", Bytes("after"));
        Assert.Equal("after", Text(controller.Next<Received>().Data));
        controller.Bus.Ask(1_001, "throng.agent.a1.order", Bytes("go"), Eventually.Patience);
        agent.Bus.Answer(agent.Next<Received>(one => one.ReplyTo is not null).ReplyTo!, Bytes("gone"));
        Assert.Equal("gone", Text(controller.Next<Answered>(one => one.Id == 1_001).Data!.Value));
        Found found = agent.Get(Bucket.Plans, "run");
        Assert.Equal(("plan", plan.Revision), (Text(found.Data!.Value), found.Revision));
        Assert.Equal(PutOutcome.Done, agent.Put(Bucket.Agents, "a1", Bytes("here")).Outcome);
        Assert.True(agent.Save("run/a1", Bytes("result")).IsWhole);

        Assert.Equal(2, controller.Seen.OfType<Received>().Count());
        Assert.Equal(
            ["before", "after", "go"],
            agent.Seen.OfType<Received>().Select(one => Text(one.Data)));
        controller.HasOneOutcomeEach();
        agent.HasOneOutcomeEach();
    }

    [Fact]
    public void A_full_disk_ends_in_an_outcome()
    {
        using NatsCase nats = NatsCase.Start(server => server with { FileStoreMax = "1MB" });
        NatsParticipant controller = nats.Control();
        Assert.False(controller.Save("run/a1", Peer.Pattern(5 << 20)).IsWhole);
        Assert.Null(controller.Load("run/a1").Document);
        Stored[] plans =
            [.. Enumerable.Range(0, 8).Select(n => controller.Put(Bucket.Plans, $"run{n}", Peer.Pattern(500_000)))];
        Assert.Contains(plans, one => one.Outcome == PutOutcome.Unknown);
        Assert.Equal(PutOutcome.Done, controller.Put(Bucket.Agents, "a1", Bytes("here")).Outcome);
    }

    [Fact]
    public void Wrong_credentials_are_one_clear_line()
    {
        using NatsCase nats = NatsCase.Start();
        NatsUser wrong = nats.Controller with { Password = "wrong" };
        BusException refused = Refused(nats, nats.Spec("a1") with { Servers = [nats.Server.UrlOf(wrong)] });
        Assert.Equal(
            $"nats://127.0.0.1:{nats.Server.Configuration.Port} refuses these credentials", refused.Message);
        Assert.Contains("password", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_lets_anybody_in_is_refused_unless_that_is_wanted()
    {
        using NatsCase nats = NatsCase.Start(server => server with { Controller = null });
        BusException refused = Refused(nats, nats.Spec("a1"));
        Assert.Equal($"nats://127.0.0.1:{nats.Server.Configuration.Port} lets anybody in", refused.Message);
        Assert.Contains("--insecure", refused.Remedy, StringComparison.Ordinal);
        _ = nats.Connect(nats.Spec("a1") with { Insecure = true, MakesBuckets = true }).Next<BusConnected>();
    }

    [Fact]
    public void Nobody_at_the_address_is_one_clear_line()
    {
        using NatsCase nats = NatsCase.Start();
        string server = $"nats://127.0.0.1:{FreePort.One()}";
        BusException refused = Refused(nats, nats.Spec("a1") with { Servers = [server] });
        Assert.Equal($"nobody listens at {server}", refused.Message);
        Assert.Contains("throng cluster up", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Somebody_who_says_nothing_is_given_up()
    {
        using NatsCase nats = NatsCase.Start();
        using System.Net.Sockets.Socket mute = Peer.Listen();
        string server = $"nats://127.0.0.1:{Peer.PortOf(mute)}";
        BusException refused = Refused(nats, nats.Spec("a1") with { Servers = [server] });
        Assert.Equal($"{server} does not answer", refused.Message);
    }

    [Fact]
    public void A_name_without_an_address_is_one_clear_line()
    {
        using NatsCase nats = NatsCase.Start();
        BusException refused = Refused(nats, nats.Spec("a1") with { Servers = ["nats://user:secret@nowhere.invalid"] });
        Assert.Equal("no address is known for nats://nowhere.invalid", refused.Message);
    }

    [Fact]
    public void A_server_whose_certificate_nobody_trusts_is_one_clear_line()
    {
        Needs.Tool("openssl");
        string folder = Directory.CreateTempSubdirectory("throng-nats-tls-").FullName;
        try
        {
            (string certificate, string key) = ($"{folder}/certificate.pem", $"{folder}/key.pem");
            string make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                + $" -keyout {key} -out {certificate} -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -days 2";
            System.Diagnostics.ProcessStartInfo start = new("openssl", make) { RedirectStandardError = true };
            using System.Diagnostics.Process openssl = System.Diagnostics.Process.Start(start)!;
            _ = openssl.StandardError.ReadToEnd();
            openssl.WaitForExit();
            using NatsCase nats = NatsCase.Start(server => server with { Tls = (certificate, key) });
            BusException refused = Refused(nats, nats.Spec("a1"));
            Assert.StartsWith("the certificate of tls://127.0.0.1:", refused.Message, StringComparison.Ordinal);
            Assert.Contains("is not trusted", refused.Message, StringComparison.Ordinal);
            _ = nats.Connect(nats.Spec("a1") with { CaPath = certificate, MakesBuckets = true }).Next<BusConnected>();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Credentials_that_are_refused_later_are_told_and_tried_again()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control("throng.r.fig.>");
        nats.Restart(server => server with { Controller = NatsUser.WithPassword("controller") });
        Assert.EndsWith("refuses these credentials", controller.Next<BusRefused>().Reason, StringComparison.Ordinal);
        nats.Restart(server => server with { Controller = nats.Controller });
        _ = controller.Next<BusConnected>();
        _ = controller.Next<BusConnected>();
        controller.Bus.Publish("throng.r.fig.a1", Bytes("after"));
        Assert.Equal("after", Text(controller.Next<Received>().Data));
    }

    [Fact]
    public void A_bucket_that_somebody_else_keeps_otherwise_is_refused()
    {
        using NatsCase nats = NatsCase.Start();
        BusSpec spec = nats.Spec("controller");
        MakeOtherwise(spec);
        BusException refused = Refused(nats, spec with { MakesBuckets = true });
        Assert.StartsWith("the bucket throng-agents is kept otherwise", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_cannot_start_says_why()
    {
        using NatsCase nats = NatsCase.Start();
        NatsConfiguration taken = nats.Server.Configuration with { StorePath = $"{nats.Folder}/other" };
        BusException none = Assert.Throws<BusException>(() => NatsServer.Start(taken, $"{nats.Folder}/other"));
        Assert.Contains("address already in use", none.Message, StringComparison.Ordinal);
    }

    /// <summary>Makes the bucket of the agents as a default one, which keeps everything.</summary>
    private static void MakeOtherwise(BusSpec spec)
    {
        NatsConnection other = new(new NatsOpts { Url = spec.Servers[0], SocketConnectionFactory = spec.Sockets });
        Task.Run(async () =>
        {
            string kept = "{\"name\":\"KV_throng-agents\",\"subjects\":[\"$KV.throng-agents.>\"],\"storage\":\"file\"}";
            _ = await other.RequestAsync<string, string>("$JS.API.STREAM.CREATE.KV_throng-agents", kept);
            await other.DisposeAsync();
        }).GetAwaiter().GetResult();
    }

    private static BusException Refused(NatsCase nats, BusSpec spec) =>
        Assert.Throws<BusException>(() => nats.Connect(spec));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
