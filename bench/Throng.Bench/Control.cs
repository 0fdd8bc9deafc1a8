using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Throng.Bench;

/// <summary>A run's control socket, kept open: an answer costs no process.</summary>
internal sealed class Control : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _lines;

    private Control(string path)
    {
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _lines = new StreamReader(new NetworkStream(_socket), new UTF8Encoding(false));
    }

    /// <summary>A path nobody uses.</summary>
    public static string NewPath() => Path.Combine(Path.GetTempPath(), $"throng-bench-{Guid.NewGuid():N}.sock");

    /// <summary>Connects once the run answers there.</summary>
    public static Control To(string path, Child run)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Control control = new(path);
                control.Ask("status");
                return control;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                if (clock.Elapsed > Patience || run.HasExited)
                {
                    throw new InvalidOperationException($"no run answers: {run.LastError}", failure);
                }

                Thread.Sleep(2);
            }
        }
    }

    public string Ask(string command)
    {
        _socket.Send(Encoding.UTF8.GetBytes(command + "\n"));
        string[] head = (_lines.ReadLine() ?? throw new IOException("the run went away")).Split(' ');
        string[] lines = new string[int.Parse(head[1], CultureInfo.InvariantCulture)];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = _lines.ReadLine() ?? throw new IOException("the answer has no end");
        }

        string text = string.Join('\n', lines);
        return head[0] == "ok" ? text : throw new InvalidOperationException($"{command}: {text}");
    }

    /// <summary>The number behind a label of `status`.</summary>
    public long Status(string label)
    {
        string line = Ask("status").Split('\n').First(one => one.StartsWith(label + " ", StringComparison.Ordinal));
        IEnumerable<char> number = line[label.Length..].TrimStart().TakeWhile(
            static letter => char.IsAsciiDigit(letter) || letter == ',');
        return long.Parse(string.Concat(number.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until `status` says so many.</summary>
    /// <exception cref="TimeoutException">It does not come to that.</exception>
    public void Await(string label, long number, TimeSpan within)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (Status(label) != number)
        {
            if (clock.Elapsed > within)
            {
                throw new TimeoutException(
                    $"{label} is not {number:N0} after {within.TotalSeconds:0} s: {Ask("status")}");
            }

            Thread.Sleep(5);
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _socket.Dispose();
    }
}
