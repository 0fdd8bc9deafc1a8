using System.Net;
using Throng.Linux;

namespace Throng.KernelTests;

/// <summary>
/// `throng serve` with one of the four engines that echo, in a namespace of its own, and what that engine cannot do.
/// </summary>
internal sealed class EchoEngine : IDisposable
{
    private const int Port = 7000;

    private readonly Netns _namespace = new();
    private readonly string _path = ControlClient.NewPath();

    public EchoEngine(string name, params string[] more)
        : this(name, 20_000, more)
    {
    }

    public EchoEngine(string name, int descriptors, params string[] more)
    {
        Name = name;
        Requirement.Engine(name);
        Requirement.IPv6();
        Needs.Host(
            name is "uring" or "epoll" || Capabilities.Read() is { LoadsPrograms: true, ChangesNetwork: true },
            "programs cannot be loaded into this kernel from here");
        string[] own = name == "xdp" ? ["--interface", "lo"] : [];
        Server = ThrongProcess.Start(
            new Launch { Before = _namespace.Before, Nofile = descriptors },
            ["serve", "--engine", name, "--listen", $"127.0.0.1:{Port}", "--listen", $"[::1]:{Port}", "--json", "-q",
                "--control", _path, .. own, .. more]);
        Control = ControlClient.To(_path, Server);
        Control.Ask("status"); // from then on it serves
    }

    public static string[] Names => ["epoll", "uring", "kernel", "xdp"];

    public string Name { get; }

    public ThrongProcess Server { get; }

    public ControlClient Control { get; }

    public bool HasSockets => Name != "xdp";

    public System.Net.Sockets.Socket Connect(bool isIPv6 = false) =>
        Peer.Connect(Port, isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback);

    /// <summary>Runs a client beside the server.</summary>
    public void Beside(Action act) => NamespaceThread.Run(_namespace, act);

    public string Shell(string line) => _namespace.Out(line);

    public Document Stop()
    {
        Server.Signal(ThrongProcess.SIGTERM);
        return Server.Finish();
    }

    public void Dispose()
    {
        Control.Dispose();
        Server.Dispose();
        _namespace.Dispose();
    }
}
