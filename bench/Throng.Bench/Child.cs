using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Throng.Bench;

/// <summary>One process under measurement. Disposing it ends it, whatever it was doing.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts a program to measure; <paramref name="cpu"/> is the only one it may use (-1: any).</summary>
    public static Child Start(int cpu, Settings settings, (string Program, string Arguments) command)
    {
        string program = command.Program switch
        {
            "throng" => settings.Text("throng", "out/throng"),
            "" => Environment.ProcessPath!, // this one, as a client
            _ => Path.Combine("bench", command.Program),
        };
        string arguments = command.Arguments;

        // taskset turns into the program, so its pid is the program's.
        string all = cpu < 0 ? arguments : $"-c {cpu} {program} {arguments}";
        ProcessStartInfo start = new(cpu < 0 ? program : "taskset", all)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {program}");
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine(); // progress lines would fill the pipe
        return new Child(process);
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

    public bool Join(TimeSpan timeout) => _process.WaitForExit(timeout);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
