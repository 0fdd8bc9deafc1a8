using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A client of a run's control socket that stays connected: an answer costs no process.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _lines;

    private ControlClient(string path)
    {
        _socket.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _lines = new StreamReader(new NetworkStream(_socket), new UTF8Encoding(false));
    }

    /// <summary>A path for --control that nobody uses.</summary>
    public static string NewPath() => Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.sock");

    /// <summary>Connects as soon as the run listens there.</summary>
    public static ControlClient To(string path, ThrongProcess run) => To(path, run.Story);

    public static ControlClient To(string path, Func<string> story)
    {
        ControlClient? client = null;
        Eventually.Holds(
            () =>
            {
                try
                {
                    client = File.Exists(path) ? new ControlClient(path) : null;
                    return client is not null;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            story);
        return client!;
    }

    /// <summary>Answer of the run to a command that it must not refuse.</summary>
    public string Ask(string command)
    {
        (bool isRefused, string text) = Exchange(command);
        Assert.False(isRefused, $"{command}: {text}");
        return text;
    }

    public (bool IsRefused, string Text) Exchange(string command)
    {
        _socket.Send(Encoding.UTF8.GetBytes(command + "\n"));
        string[] head = (_lines.ReadLine() ?? throw new IOException("the run went away")).Split(' ');
        string[] lines = new string[int.Parse(head[1], CultureInfo.InvariantCulture)];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = _lines.ReadLine() ?? throw new IOException("the answer has no end");
        }

        return (head[0] == "refused", string.Join('\n', lines));
    }

    /// <summary>The number behind a label of `status`.</summary>
    public long Status(string label)
    {
        string line = Ask("status").Split('\n').First(one => one.StartsWith(label + " ", StringComparison.Ordinal));
        return Leading(line[label.Length..]);
    }

    /// <summary>Waits until `status` says so many.</summary>
    public void Await(string label, long number, ThrongProcess run) => Eventually.Holds(
        () => Status(label) == number, () => $"{label} {number}: {Ask("status")}\n{run.Story()}");

    /// <summary>Waits until the run says that it ends: it was told to, and waits for something.</summary>
    public void AwaitEnding(ThrongProcess run) => Eventually.Holds(
        () => Exchange("status").Item2 is var text && (text == "the run is ending"
            || text.StartsWith("draining ", StringComparison.Ordinal)),
        run.Story);

    /// <summary>The ports of `listeners` (IPv4).</summary>
    public int[] Ports() =>
        [.. Ask("listeners").Split('\n').Select(line => (int)Leading(line[(line.IndexOf(':') + 1)..]))];

    public void Dispose()
    {
        _lines.Dispose();
        _socket.Dispose();
    }

    /// <summary>The number a text begins with, its thousands separated.</summary>
    public static long Leading(string text)
    {
        IEnumerable<char> number = text.TrimStart().TakeWhile(letter => char.IsAsciiDigit(letter) || letter == ',');
        return long.Parse(string.Concat(number.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }
}
