using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Throng.Nats;

/// <summary>
/// A nats-server of the host's package, started here and ended by its process id. It keeps its configuration, which has
/// its passwords, in a folder, readable for its owner alone.
/// </summary>
public sealed class NatsServer : IDisposable
{
    private const string Program = "nats-server";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly string _folder;
    private readonly ServerRecord _record;

    private NatsServer(Process process, string folder, ServerRecord record, NatsConfiguration configuration)
    {
        _process = process;
        _folder = folder;
        _record = record;
        Configuration = configuration;
    }

    /// <summary>Configuration it was started with, and the port that it listens at.</summary>
    public NatsConfiguration Configuration { get; private set; }

    public int ProcessId => _process.Id;

    public string LogPath => Path.Combine(_folder, "log");

    /// <summary>Address with the password of a user, if it has one.</summary>
    public string UrlOf(NatsUser? user)
    {
        string login = user?.Password is { } password ? $"{user.Name}:{Uri.EscapeDataString(password)}@" : "";
        string scheme = Configuration.Tls is null ? "nats" : "tls";
        return $"{scheme}://{login}{Configuration.Address}:{Configuration.Port}";
    }

    /// <summary>Starts a server and waits until it answers; one that was left in the folder ends before.</summary>
    /// <param name="folder">For its configuration and its log; made if need be.</param>
    /// <exception cref="BusException">It cannot be started, and why.</exception>
    public static NatsServer Start(NatsConfiguration configuration, string folder)
    {
        _ = Directory.CreateDirectory(folder);
        ServerRecord record = ServerRecord.Take(folder);
        foreach (string left in Directory.GetFiles(folder, "*.ports"))
        {
            File.Delete(left); // of one that was killed
        }

        string path = Path.Combine(folder, "nats-server.conf");
        string text = $"{configuration.Text}ports_file_dir: \"{folder}\"\nlog_file: \"{folder}/log\"\n";
        PrivateFile.Write(path, text);
        ProcessStartInfo start = new(Program, ["--config", path]) { RedirectStandardError = true };
        NatsServer server;
        try
        {
            Process process = Process.Start(start)!;
            record.Write(process.Id);
            server = new NatsServer(process, folder, record, configuration);
        }
        catch (Win32Exception)
        {
            record.Dispose();
            throw new BusException($"there is no {Program} on this host", "install it: apt-get install nats-server");
        }

        try
        {
            server.AwaitAnswer();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _record.Forget();
    }

    /// <summary>Lets it end in its own time, 5 s at most.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            ProcessStartInfo ask = new(Program, ["--signal", $"quit={_process.Id}"])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            };
            using Process asking = Process.Start(ask)!;
            asking.WaitForExit();
            if (!_process.WaitForExit(StopLimit))
            {
                Kill();
            }
        }

        _record.Forget();
        _process.Dispose();
    }

    /// <summary>Writes a file that only its owner reads, from the moment it is there.</summary>
    private void AwaitAnswer()
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!Answers())
        {
            if (_process.HasExited || clock.Elapsed > StartLimit)
            {
                throw new BusException($"{Program} does not start: {LastWords()}", $"see {LogPath}");
            }

            Thread.Sleep(20);
        }
    }

    private bool Answers()
    {
        if (!TryReadPort())
        {
            return false;
        }

        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.ReceiveTimeout = 1_000;
            socket.Connect(new IPEndPoint(IPAddress.Parse(Configuration.Address), Configuration.Port));
            byte[] greeting = new byte[4096];
            int read = socket.Receive(greeting);
            return Encoding.UTF8.GetString(greeting, 0, read).StartsWith("INFO ", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads the port from a file that the server writes once it listens: another one may listen at the port wanted.
    /// </summary>
    private bool TryReadPort()
    {
        string path = Path.Combine(_folder, $"{Program}_{_process.Id}.ports");
        try
        {
            using JsonDocument ports = JsonDocument.Parse(File.ReadAllText(path));
            string address = ports.RootElement.GetProperty("nats")[0].GetString() ?? "";
            int port = int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
            Configuration = Configuration with { Port = port };
            return true;
        }
        catch (Exception notYet) when (notYet is IOException or JsonException)
        {
            return false;
        }
    }

    private string LastWords()
    {
        string said = _process.HasExited ? _process.StandardError.ReadToEnd() : "";
        string log = File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";
        return (said + log).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it said nothing";
    }
}
