using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// The socket of --control, and the asking side of it (`throng ctl`). A client writes commands, one per line, as at the
/// prompt. Each is answered by one line <c>ok N</c> or <c>refused N</c> and then N lines: readable with nc, and an
/// answer is known to be whole without a character being special.
/// Bound before the workers start (a wrong path is an error at once), answered from threads of its own afterwards.
/// </summary>
public sealed class ControlSocket : IDisposable
{
    /// <summary>Clients at once: a person, a script and a dashboard.</summary>
    public const int ClientsMax = 16;

    // Longest that a client leaves an answer unread.
    private const int UnreadMs = 10_000;
    private const int AnswerTimeoutMs = 30_000;
    private const int LastAnswerMs = 500;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly ControlSeats _seats = new(ClientsMax);
    private int _answering;
    private volatile bool _isDisposed;

    private ControlSocket(Socket listener, string path)
    {
        _listener = listener;
        _path = path;
    }

    /// <summary>Takes the path, from a dead run's socket too; the reason is thrown when it cannot be had.</summary>
    public static ControlSocket Bind(string path)
    {
        UnixDomainSocketEndPoint address = Address(path);
        RemoveStale(path, address);
        new OutFile(path, SharedOptions.Control.Spelling).Check();
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(address);

            // Nobody can connect before Listen, so there is no moment with a wider mode that matters.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen();
            return new ControlSocket(listener, path);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new SetupException(
                $"cannot open the control socket {path}: {Reason.Describe(failure)}",
                    "choose a path in a directory of yours");
        }
    }

    /// <summary>Sends one command to the run behind a path. A <see cref="SetupException"/> when there is
    /// none.</summary>
    public static Answer Ask(string path, string command)
    {
        UnixDomainSocketEndPoint address = Address(path);
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = AnswerTimeoutMs;
            socket.Connect(address);
            RefuseForeign(path, socket);

            // Before the shutdown, after which the runtime takes the socket for unconnected altogether.
            using StreamReader lines = new(new NetworkStream(socket), Utf8);
            socket.Send(Utf8.GetBytes(command + "\n"));
            socket.Shutdown(SocketShutdown.Send);
            return ReadAnswer(lines) ?? throw new SetupException(
                $"what listens at {path} did not answer as a run of throng does", "see which program it is: ss -xlp");
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new SetupException(
                $"no run answers at {path}: {Reason.Describe(failure)}", "start one with --control and this path");
        }
    }

    /// <summary>Begins to answer clients, on a thread for each.</summary>
    public void Answer(LiveConsole console) =>
        new Thread(() => Accept(console)) { IsBackground = true, Name = "control" }.Start();

    public void Dispose()
    {
        _isDisposed = true;
        _listener.Dispose();

        // Whoever said `quit` here gets its answer before the process is gone.
        SpinWait.SpinUntil(() => Volatile.Read(ref _answering) == 0, LastAnswerMs);
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next run finds it dead and replaces it.
        }
    }

    /// <summary>Whether the other end is of this process's own user, or of root.</summary>
    private static bool IsOwn(Socket socket) =>
        Sockets.PeerUser((int)socket.Handle, out uint user) == 0 && (user == 0 || user == Files.OwnUser());

    /// <summary>Root may ask everybody's run; nobody else is told anything by a socket that another user put there.
    /// </summary>
    private static void RefuseForeign(string path, Socket socket)
    {
        if (Files.OwnUser() != 0 && !IsOwn(socket))
        {
            throw new SetupException(
                $"another user listens at {Text.Plain(path)}", "ask as that user, or as root, if the run is to be had");
        }
    }

    private static UnixDomainSocketEndPoint Address(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new SetupException(
                $"the path of a control socket has 1 to 107 bytes,"
                    + $" and {Text.Plain(path)} has {Utf8.GetByteCount(path)}",
                "choose a shorter one");
        }
    }

    /// <summary>A socket file that nobody listens on any more goes; anything else at the path stays.</summary>
    private static void RemoveStale(string path, UnixDomainSocketEndPoint address)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused
            && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException)
        {
            throw new SetupException($"{path} is there and is no socket of a run that ended",
                "choose another --control");
        }

        throw new SetupException($"another run listens at {path}", "choose another --control, or end that run");
    }

    /// <summary>
    /// A connect to a plain file or a FIFO is refused as one to a dead socket is; but only a socket cannot be opened
    /// (ENXIO). Asked for both directions, opening a FIFO does not wait for a second party.
    /// </summary>
    private static bool IsSocket(string path)
    {
        try
        {
            using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private void Accept(LiveConsole console)
    {
        while (!_isDisposed)
        {
            try
            {
                Greet(_listener.Accept(), console);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
            {
                // Out of descriptors, most likely, which is what such a run is about: later there may be one.
                Thread.Sleep(100);
            }
        }
    }

    private void Greet(Socket client, LiveConsole console)
    {
        client.SendTimeout = UnreadMs;
        if (!IsOwn(client))
        {
            client.Dispose(); // the mode of the file has been widened since
        }
        else if (_seats.Take(client) is { } seat)
        {
            new Thread(() => Converse(client, seat, console))
            {
                IsBackground = true,
                Name = "control client",
            }.Start();
        }
        else
        {
            using NetworkStream stream = new(client, ownsSocket: true);
            Write(stream, Throng.Answer.Refuse($"{ClientsMax} others are connected already; try again"));
        }
    }

    private void Converse(Socket client, ControlSeat seat, LiveConsole console)
    {
        try
        {
            using NetworkStream stream = new(client, ownsSocket: true);
            LineReader lines = new(stream);
            Dialogue dialogue = new(console);
            while (lines.Next(out bool isTooLong) is { } line)
            {
                Interlocked.Increment(ref _answering);
                seat.BeginAnswer();
                try
                {
                    Write(stream, dialogue.Answer(line, isTooLong));
                }
                finally
                {
                    seat.EndAnswer();
                    Interlocked.Decrement(ref _answering);
                }
            }
        }
        catch (IOException)
        {
            // The client went away or read nothing; what it asked for has been done or not, and the run goes on.
        }
        finally
        {
            _seats.Leave(seat);
        }
    }

    private static void Write(NetworkStream stream, Answer answer)
    {
        int lines = 1 + answer.Text.AsSpan().Count('\n');
        stream.Write(Utf8.GetBytes($"{(answer.IsRefused ? "refused" : "ok")} {lines}\n{answer.Text}\n"));
    }

    /// <summary>Reads an answer; null for something else.</summary>
    internal static Answer? ReadAnswer(StreamReader lines)
    {
        string[] head = lines.ReadLine()?.Split(' ') ?? [];
        if (head is not [("ok" or "refused") and var outcome, var number]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return null;
        }

        StringBuilder text = new();
        for (int at = 0; at < count; at++)
        {
            if (lines.ReadLine() is not { } line)
            {
                return null;
            }

            text.Append(at == 0 ? "" : "\n").Append(line);
        }

        return new Answer(outcome == "refused", text.ToString());
    }
}
