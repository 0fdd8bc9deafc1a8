using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Throng.Bench;

/// <summary>One process under measurement. Disposing it ends it, whatever it was doing.</summary>
internal sealed class Child : IDisposable
{
    private static readonly HashSet<Child> Living = [];

    private readonly Process _process;
    private volatile string _lastError = "";

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last thing it complained of.</summary>
    public string LastError => _lastError;

    /// <summary>The exit code; -1 while it runs.</summary>
    public int ExitCode => _process.HasExited ? _process.ExitCode : -1;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts a program to measure; <paramref name="cpu"/> is the only one it may use (-1: any).</summary>
    public static Child Start(int cpu, Settings settings, (string Program, string Arguments) command) =>
        Start(cpu < 0 ? "" : $"taskset -c {cpu} ", settings, command);

    /// <summary>
    /// The same behind a command that turns into the program, such as <c>ip netns exec x </c>: the pid is the
    /// program's.
    /// </summary>
    public static Child Start(string before, Settings settings, (string Program, string Arguments) command)
    {
        string program = command.Program switch
        {
            "throng" => settings.Text("throng", "out/throng"),
            "" => Environment.ProcessPath!, // this one, as a client
            _ => Path.Combine("bench", command.Program), // or a path from the root
        };
        string[] line = $"{before}{program} {command.Arguments}".Split(' ', 2);
        ProcessStartInfo start = new(line[0], line[1])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {program}");
        Child child = new(process);
        process.ErrorDataReceived += (_, line) => child._lastError = line.Data ?? child._lastError;
        process.BeginErrorReadLine(); // progress lines would fill the pipe
        lock (Living)
        {
            Living.Add(child);
        }

        return child;
    }

    /// <summary>Waits until something accepts on a port of this host.</summary>
    public static void AwaitPort(int port)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using TcpClient probe = new();
                probe.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new InvalidOperationException($"nothing listens on port {port}");
    }

    /// <summary>Reads lines until one is this word; throws when the output ends before.</summary>
    public string AwaitLine(Predicate<string> isIt)
    {
        while (Output.ReadLine() is { } line)
        {
            if (isIt(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"{_process.StartInfo.Arguments}: ended early");
    }

    /// <summary>Asks it to end in order: SIGTERM.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends it a signal by its short name.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", $"-{name} {Id}");
        kill.WaitForExit();
    }

    public bool Join(TimeSpan timeout) => _process.WaitForExit(timeout);

    /// <summary>Ends all that still run: the driver itself is told to end, and nobody else would.</summary>
    public static void KillAll()
    {
        lock (Living)
        {
            foreach (Child child in Living)
            {
                child._process.Kill();
            }
        }
    }

    public void Dispose()
    {
        lock (Living)
        {
            Living.Remove(this);
        }

        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
