using System.Net.Sockets;
using System.Text;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The control socket: who may have its path, and what goes over it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class CliControl : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;
    private readonly CliRun _run = new();
    private readonly LiveConsole _console;

    public CliControl() => _console = new LiveConsole(_run, () => new DescriptorUse(1, 2, 3), () => { });

    private string SocketPath => Path.Combine(_directory, "control");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Commands_go_there_and_answers_come_back()
    {
        using (ControlSocket control = ControlSocket.Bind(SocketPath))
        {
            control.Answer(_console);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
            Assert.Equal((0, "requested 5 (was 100)\n", ""), Ctl("set", "5"));
            Assert.Equal((1, "", "throng ctl: unknown command 'settle'; did you mean set?\n"), Ctl("settle", "5"));
            (int code, string text, _) = Ctl("status");
            Assert.Equal(0, code);
            Assert.StartsWith("requested     5\nheld", text, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(SocketPath));
        (int rc, _, string error) = Ctl("status");
        Assert.Equal(3, rc);
        Assert.Contains("no run answers at", error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_json_an_answer_is_a_document()
    {
        using ControlSocket control = ControlSocket.Bind(SocketPath);
        control.Answer(_console);
        CliShell shell = new();
        Assert.Equal(0, shell.Run("ctl", "--json", SocketPath, "ping", "on"));
        Assert.Equal(
            "{\"schema\":\"throng.answer/1\",\"command\":\"ping on\",\"ok\":true,\"lines\":[\"ping on\"]}\n",
                shell.Out);
    }

    [Fact]
    public void Several_clients_each_keep_their_own_last_command()
    {
        using ControlSocket control = ControlSocket.Bind(SocketPath);
        control.Answer(_console);
        using Socket one = Connect();
        using Socket two = Connect();
        Assert.Equal("ok 1\nping on\n", Exchange(one, "ping\n"));
        Assert.Equal("ok 1\ndebug on\n", Exchange(two, "debug\n"));
        Assert.Equal("ok 1\nping off\n", Exchange(one, "\n"));
        Assert.Equal("ok 1\ndebug off\n", Exchange(two, "\n"));
    }

    [Fact]
    public void A_client_that_sends_rubbish_is_answered_and_harms_nobody()
    {
        using ControlSocket control = ControlSocket.Bind(SocketPath);
        control.Answer(_console);
        using (Socket hostile = Connect())
        {
            hostile.Send(new byte[100_000]);
            Assert.StartsWith("refused 1\na line of more than", Exchange(hostile, "\n"), StringComparison.Ordinal);
            hostile.Send("list all"u8);
        }

        Assert.Equal((0, ""), (Ctl("status").Code, Ctl("status").Error));
    }

    [Fact]
    public void The_socket_of_a_dead_run_is_replaced_and_that_of_a_live_one_is_not()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
        }

        // .NET removes the file of a socket it bound; a killed process leaves it behind.
        if (!File.Exists(SocketPath))
        {
            Needs.Tool("python3");
            using System.Diagnostics.Process made = System.Diagnostics.Process.Start(
                "python3", ["-c", $"import socket; socket.socket(socket.AF_UNIX).bind('{SocketPath}')"]);
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }

        using ControlSocket control = ControlSocket.Bind(SocketPath);
        control.Answer(_console);
        SetupException refused = Assert.Throws<SetupException>(() => ControlSocket.Bind(SocketPath));
        Assert.Contains("another run listens", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, Ctl("status").Code);
    }

    [Fact]
    public void Only_a_socket_is_ever_replaced()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Throws<SetupException>(() => ControlSocket.Bind(SocketPath));
        Assert.Equal("precious", File.ReadAllText(SocketPath));
        Assert.Throws<SetupException>(() => ControlSocket.Bind(_directory));
        Assert.Throws<SetupException>(() => ControlSocket.Bind(Path.Combine(_directory, "none", "x")));
        Assert.Throws<SetupException>(() => ControlSocket.Bind(Path.Combine(_directory, new string('x', 200))));
    }

    [Fact]
    public void Who_says_nothing_gives_way_to_who_asks()
    {
        using ControlSocket control = ControlSocket.Bind(SocketPath);
        control.Answer(_console);
        Socket[] silent = [.. Enumerable.Range(0, ControlSocket.ClientsMax).Select(_ => Connect())];
        Assert.True(SpinWait.SpinUntil(() => Ctl("status").Code == 0, TimeSpan.FromSeconds(60)));
        Assert.Contains(silent, one => one.Poll(0, SelectMode.SelectRead) && one.Receive(new byte[1]) == 0);
        Array.ForEach(silent, one => one.Dispose());
    }

    private (int Code, string Out, string Error) Ctl(params string[] command)
    {
        CliShell shell = new();
        int code = shell.Run(["ctl", SocketPath, .. command]);
        return (code, shell.Out, shell.Error);
    }

    private Socket Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 60_000,
        };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    private static string Exchange(Socket socket, string line)
    {
        socket.Send(Encoding.UTF8.GetBytes(line));
        StringBuilder text = new();
        byte[] buffer = new byte[1000];
        while (text.ToString().Split('\n').Length < 3)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer)));
        }

        return text.ToString();
    }
}
