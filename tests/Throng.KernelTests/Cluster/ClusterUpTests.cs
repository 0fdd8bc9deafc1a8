using System.Text;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng cluster up`: whatever becomes of it, one server at most is there.</summary>
public sealed class ClusterUpTests
{
    [Fact]
    public void A_server_that_a_killed_one_has_left_ends_with_the_next_start()
    {
        Needs.NatsServer();
        string folder = Directory.CreateTempSubdirectory("throng-up-").FullName;
        string record = Path.Combine(folder, "nats-server.process");
        string[] up = ["cluster", "up", "--dir", folder, "--port", $"{FreePort.One()}"];
        using ThrongProcess killed = ThrongProcess.Start(up);
        int left = Server(killed);
        using (ThrongProcess second = ThrongProcess.Run(3, up))
        {
            Assert.Contains("a server is looked after there", Assert.Single(second.Error.Lines()));
        }

        killed.Signal(ThrongProcess.SIGKILL);
        Eventually.Holds(() => killed.HasExited, killed.Story);
        Assert.True(Runs(left), "the server survives whoever started it");
        using (ThrongProcess next = ThrongProcess.Start(up))
        {
            int own = Server(next);
            Assert.NotEqual(left, own);
            Assert.False(Runs(left), "one that was left is still there");
            next.Signal(ThrongProcess.SIGINT);
            next.Ends(0);
            Assert.False(Runs(own), "the server outlives an end in order");
        }

        // A number that another process has by now means nothing.
        File.WriteAllText(record, $"{Environment.ProcessId} 1\n");
        using (ThrongProcess last = ThrongProcess.Start(up))
        {
            _ = Server(last);
            last.Signal(ThrongProcess.SIGINT);
            last.Ends(0);
        }

        Directory.Delete(folder, recursive: true);

        int Server(ThrongProcess starter)
        {
            Eventually.Holds(
                () => starter.OutputText.Contains("Ctrl-C ends NATS", StringComparison.Ordinal), starter.Story);
            return NumberIn(record);
        }
    }

    /// <summary>The process of a record, which is locked for whoever asks before reading.</summary>
    private static int NumberIn(string record)
    {
        byte[] text = new byte[64];
        int fd = Files.OpenToRead(record);
        int bytes = Descriptors.Read(fd, text);
        _ = Descriptors.Close(fd);
        return int.Parse(Encoding.ASCII.GetString(text, 0, bytes).Split(' ')[0]);
    }

    private static bool Runs(int process) => File.Exists($"/proc/{process}/stat")
        && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
