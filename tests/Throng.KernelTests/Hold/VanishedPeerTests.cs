using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A peer that is gone without a word: the link between two network namespaces goes down.</summary>
public sealed class VanishedPeerTests
{
    private const int Held = 100;

    [Fact]
    public void Without_pings_keepalive_notices_it_in_time()
    {
        Needs.Root();
        Needs.Tool("ip");
        Needs.Uring();
        using Link link = new();
        ThrongProcess Server(string engine, int port, string path) => ThrongProcess.Start(
            new Launch { Before = $"ip netns exec {link.Namespace} " },
            "serve", "--listen", $"{Link.Far}:{port}", "-q", "--json", "--engine", engine, "--control", path);
        ThrongProcess Load(string engine, int port, string path) => ThrongProcess.Start(
            "hold", $"{Held}", "--target", $"{Link.Far}:{port}", "--keepalive", "1s", "--user-timeout", "1500ms",
            "--close", "rst", "--connect-timeout", "2s", "-q", "--json", "--engine", engine, "--control", path);

        string[] engines = ["uring", "epoll"];
        string[] paths = [.. engines.Select(_ => ControlClient.NewPath())];
        int[] ports = [FreePort.One(), FreePort.One()];
        ThrongProcess[] servers = [.. engines.Select((engine, i) => Server(engine, ports[i], paths[i] + ".server"))];
        for (int i = 0; i < servers.Length; i++)
        {
            using ControlClient serving = ControlClient.To(paths[i] + ".server", servers[i]);
            serving.Ask("status"); // answers once it listens
        }

        ThrongProcess[] loads = [.. engines.Select((engine, i) => Load(engine, ports[i], paths[i]))];
        ControlClient[] controls = [.. loads.Select((load, i) => ControlClient.To(paths[i], load))];
        try
        {
            for (int i = 0; i < loads.Length; i++)
            {
                controls[i].Await("held", Held, loads[i]);
            }

            link.Down();
            for (int i = 0; i < loads.Length; i++)
            {
                controls[i].Await("lost", Held, loads[i]);
                Assert.Contains(
                    $"lost          {Held} (timed-out {Held})", controls[i].Ask("status"), StringComparison.Ordinal);
                Assert.Contains("open: timed-out (ETIMEDOUT)", controls[i].Ask("failed"), StringComparison.Ordinal);
            }

            link.Up();
            for (int i = 0; i < loads.Length; i++)
            {
                // Resting targets are tried again after at most 5 s.
                controls[i].Await("held", Held, loads[i]);
                controls[i].Ask("quit");
                loads[i].Ends(0);
                Document document = loads[i].Document().AddsUp();
                document.Equal(Held, document.Number("connections.lost"), "lost");
                document.Equal(Held, document.Number("connections.reconnected"), "reconnected");
                document.Equal(Held, document.Count("connections.closed", "timed-out"), "timed-out");
            }
        }
        finally
        {
            Array.ForEach(controls, one => one.Dispose());
            Array.ForEach(loads, one => one.Dispose());
            Array.ForEach(servers, one => one.Dispose());
        }
    }

    /// <summary>A pair of virtual interfaces, the far one in a namespace of its own. Goes with the test.</summary>
    private sealed class Link : IDisposable
    {
        public const string Far = "198.18.77.2";

        private readonly string _near = $"thr{Environment.ProcessId}";

        public Link()
        {
            Namespace = $"throng-test-{Environment.ProcessId}";
            bool isMade = TryIp($"netns add {Namespace}")
                && TryIp($"link add {_near} type veth peer name far netns {Namespace}")
                && TryIp($"addr add 198.18.77.1/30 dev {_near}")
                && TryIp($"-n {Namespace} addr add {Far}/30 dev far")
                && TryIp($"-n {Namespace} link set lo up")
                && TryIp($"-n {Namespace} link set far up")
                && TryIp($"link set {_near} up");
            if (!isMade)
            {
                Dispose();
                Needs.Host(false, "network namespaces cannot be made here");
            }
        }

        public string Namespace { get; }

        /// <summary>Takes the far end down: packets go nowhere, and nobody is told.</summary>
        public void Down() => Assert.True(TryIp($"-n {Namespace} link set far down"));

        public void Up() => Assert.True(TryIp($"-n {Namespace} link set far up"));

        public void Dispose()
        {
            _ = TryIp($"link del {_near}");
            _ = TryIp($"netns del {Namespace}");
        }

        private static bool TryIp(string arguments)
        {
            using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            _ = ip.StandardError.ReadToEnd();
            ip.WaitForExit();
            return ip.ExitCode == 0;
        }
    }
}
