using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Throng.Linux;

namespace Throng;

/// <summary>
/// `throng serve` in a process of its own, on a port of loopback that no connection comes from, ready for connections.
/// It is told to end with the run.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int PortFirst = 7100;
    private const int PortLast = 9999;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly List<string> _said = [];
    private readonly ManualResetEventSlim _hasSaidAll = new();

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Address = SockAddr.From(IPAddress.Loopback, (ushort)port);
        process.ErrorDataReceived += (_, line) =>
        {
            Note(line.Data);
            if (line.Data is null)
            {
                _hasSaidAll.Set();
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public SockAddr Address { get; }

    /// <param name="reason">Why it does not serve, in its own words.</param>
    /// <param name="signals">One of them ends the waiting for it.</param>
    public static bool TryStart(
        string engine, Signals signals, [NotNullWhen(true)] out ServerProcess? server, out string reason)
    {
        int port = FreePort();
        string[] own = engine == "xdp" ? ["--interface", "lo", "--xdp-mode", "generic"] : [];
        ProcessStartInfo start = OwnProgram.With(
            ["serve", "--engine", engine, "--listen", $"127.0.0.1:{port}", "--quiet", "--until-eof", .. own]);
        ServerProcess started = new(Process.Start(start)!, port);
        if (started.TryAwait(signals, out reason))
        {
            server = started;
            return true;
        }

        started.Dispose();
        server = null;
        return false;
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Write("quit\n");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        if (!_process.WaitForExit(EndMax))
        {
            _process.Kill();
            _ = _process.WaitForExit(EndMax);
        }

        _process.Dispose();
    }

    /// <summary>Below the ports that connections come from, on which a server would get in their way.</summary>
    private static int FreePort()
    {
        for (int port = PortFirst; port < PortLast; port++)
        {
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }

        return PortLast;
    }

    private bool TryAwait(Signals signals, out string reason)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartMax)
        {
            if (_process.HasExited)
            {
                _ = _hasSaidAll.Wait(EndMax); // who reads it may have no thread to do so
                reason = Said(_process.ExitCode);
                return false;
            }

            if (Answers())
            {
                reason = "";
                return true;
            }

            if (signals.First is { } signal)
            {
                reason = $"{signal} came before it listened";
                return false;
            }

            Thread.Sleep(Look);
        }

        reason = $"it did not listen within {StartMax.TotalSeconds:0} s";
        return false;
    }

    private bool Answers()
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                _said.Add(line.Trim());
            }
        }
    }

    private string Said(int exitCode)
    {
        lock (_said)
        {
            return _said.Count == 0 ? $"it ended with {exitCode}" : _said[0].Replace("throng serve: ", "");
        }
    }
}
