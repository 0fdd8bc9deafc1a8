using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Whoever may connect to what a run listens at, and what they can take from it: nothing.</summary>
[Collection(nameof(Alone))]
public sealed class CrowdTests
{
    private const int Nofile = 600;
    private const int Reserved = 256;

    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Idle_clients_by_the_thousand_take_no_descriptor_of_the_run(string engine)
    {
        Requirement.Engine(engine);
        int crowd = Suite.Rounds(1_000, 10_000);
        Requirement.Descriptors((3 * crowd / 2) + 2_000);
        const int Room = Nofile - Reserved;
        int port = FreePort.One();
        int health = FreePort.One();
        string path = ControlClient.NewPath();
        using HttpRun run = HttpRun.Start(
            new Launch { Nofile = Nofile }, "serve", "--listen", $"127.0.0.1:{port}", "-t", "1", "--engine", engine,
            "--room", $"{Room}", "--control", path, "--health", $"127.0.0.1:{health}", "--json", "-q");
        List<Socket> idle = [];
        try
        {
            for (int at = 0; at < crowd; at++)
            {
                idle.Add(at % 4 == 0 ? ToControl(path) : at % 4 == 1 ? Peer.Connect(health) : run.Connect());
            }

            List<Socket> served = [.. Enumerable.Range(0, Room).Select(_ => Peer.Connect(port))];
            int answered = served.Count(Answers);
            Assert.True(answered == Room, $"{answered} of {Room} are served: {run.Process.Story()}");
            int descriptors = Directory.GetFileSystemEntries($"/proc/{run.Process.Id}/fd").Length;
            Assert.True(descriptors <= Nofile, $"{descriptors} descriptors");
            served.ForEach(one => one.Dispose());
        }
        finally
        {
            idle.ForEach(one => one.Dispose());
        }

        // All three answer again, and the run has lost nobody.
        Eventually.Holds(() => run.StatusOf("/healthz") == System.Net.HttpStatusCode.OK, run.Process.Story);
        using (ControlClient control = ControlClient.To(path, run.Process))
        {
            control.Await("open", 0, run.Process);
        }

        run.Process.Signal(ThrongProcess.SIGTERM);
        Document document = run.Process.Finish();
        document.Equal(Room, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("serve.accept_failures"), "accept failures");
    }

    [Fact]
    public void Another_user_is_hung_up_on_whatever_the_mode_of_the_socket()
    {
        Needs.Root();
        Needs.Tool("setpriv");
        Needs.Tool("socat");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start("hold", "5", "--for", "1h", "--control", path, "--json", "-q");
        using ControlClient own = ControlClient.To(path, run);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        using System.Diagnostics.Process other = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("setpriv", [.. Nobody, "socat", "-", $"UNIX-CONNECT:{path}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        try
        {
            other.StandardInput.Write("quit\n");
            other.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was hung up on before.
        }

        Assert.Equal("", other.StandardOutput.ReadToEnd());
        Assert.DoesNotContain("ermission denied", other.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.StartsWith("requested", own.Ask("status"), StringComparison.Ordinal);
        run.Signal(ThrongProcess.SIGTERM);
        Assert.Equal("SIGTERM", run.Finish().Text("ended_by"));
    }

    [Fact]
    public void A_socket_that_another_user_has_put_there_is_told_nothing()
    {
        Needs.Root();
        Needs.Tool("setpriv");
        Needs.Tool("socat");
        string path = ControlClient.NewPath();
        string[] another = ["--reuid=65533", "--regid=65533", "--clear-groups"];
        using System.Diagnostics.Process listener = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "setpriv", [.. another, "socat", "-u", $"UNIX-LISTEN:{path},mode=666", "-"])
            {
                RedirectStandardOutput = true,
            })!;
        Eventually.Holds(() => File.Exists(path), () => "socat does not listen");
        Launch nobody = new() { Before = $"setpriv {string.Join(' ', Nobody)} " };
        using ThrongProcess asks = ThrongProcess.Run(nobody, 3, "ctl", path, "status");
        Assert.True(asks.ErrorText.Contains($"another user listens at {path}", StringComparison.Ordinal), asks.Story());
        Assert.Equal("", listener.StandardOutput.ReadToEnd()); // it ends with its one client
    }

    private static bool Answers(Socket client)
    {
        try
        {
            return Peer.Echoes(client);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string[] Nobody => ["--reuid=65534", "--regid=65534", "--clear-groups"];

    private static Socket ToControl(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }
}
