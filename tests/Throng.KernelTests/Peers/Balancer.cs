using System.Diagnostics;

namespace Throng.KernelTests;

/// <summary>
/// HAProxy on 127.0.0.1:7000 in front of servers that stamp their names, one connection to each in turn.
/// </summary>
internal sealed class Balancer : IDisposable
{
    private readonly NetworkNamespace _place;
    private readonly Dictionary<string, ThrongProcess> _servers = [];
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.cfg");
    private readonly Process _haproxy;

    public Balancer(NetworkNamespace place, params string[] names)
    {
        _place = place;
        List<string> lines =
        [
            "defaults", " mode tcp", " timeout connect 1s", " timeout client 60s", " timeout server 60s",
            " retries 3", " option redispatch 1", "frontend in", " bind 127.0.0.1:7000", " default_backend all",
            "backend all", " balance roundrobin",
        ];
        foreach (string name in names)
        {
            int port = 7001 + _servers.Count;
            string path = ControlClient.NewPath();
            ThrongProcess server = ThrongProcess.Start(
                place.Launch, "serve", "--mode", "stamp", "--name", name, "--listen", $"127.0.0.1:{port}", "-q",
                "--control", path, "--drain", "1s");
            _servers[name] = server;
            using ControlClient control = ControlClient.To(path, server);
            control.Ask("status"); // answers once it listens
            lines.Add($" server {name} 127.0.0.1:{port} check inter 100ms on-marked-down shutdown-sessions");
        }

        File.WriteAllLines(_config, lines);
        _haproxy = place.Start("haproxy", $"-db -q -f {_config}");
        Eventually.Holds(() => place.Listens(7000), () => "haproxy listens");
    }

    /// <summary>At once, without a word to anybody.</summary>
    public void Kill(string name)
    {
        _servers[name].Signal(ThrongProcess.SIGKILL);
        _servers[name].Ends(128 + ThrongProcess.SIGKILL);
    }

    /// <summary>As an upgrade does it: accepts no more, goes on with what is open for a second, closes it.</summary>
    public void Retire(string name)
    {
        _servers[name].Signal(ThrongProcess.SIGTERM);
        _servers[name].Ends(0);
    }

    public void Dispose()
    {
        if (!_haproxy.HasExited)
        {
            _haproxy.Kill();
        }

        _haproxy.WaitForExit();
        _haproxy.Dispose();
        foreach (ThrongProcess server in _servers.Values)
        {
            server.Dispose();
        }

        File.Delete(_config);
    }
}
