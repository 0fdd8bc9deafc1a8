using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>From command lines of tcpserver to what the engine is told, and what it says.</summary>
public sealed class TcpServerTests
{
    [Theory]
    [InlineData(4242)]
    [InlineData(12345, "12345", "more")]
    public void It_listens_on_every_address(int port, params string[] words)
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(0, shell.Run(["as", "tcpserver", .. words]));
        Assert.Equal([new ListenAddress(SockAddr.From(IPAddress.IPv6Any, port), DualStack: true)], shell.Serve!.Listen);
        Assert.Equal((8192, ServeMode.Echo), (shell.Serve.Backlog, shell.Serve.Mode));
        Assert.Matches($@"^Maximum number of TCP clients: \d+\nListening on :: port {port}\n$", shell.Out);
        Assert.Empty(shell.Error);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("70000")]
    public void What_is_no_port_is_refused(string word)
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run("as", "tcpserver", word));
        Assert.Equal("Invalid port\n", shell.Error);
    }

    [Fact]
    public void Who_came_is_told_once()
    {
        CliRun run = new();
        TcpServerFace face = new(4242);
        _ = face.Begin(run, default);
        run.Rows.Add(Row("::ffff:127.0.0.1", 38474, 2));
        run.Rows.Add(Row("::1", 38475, 5));
        Assert.Equal(
            "Got new connection from ::1:38475\nGot new connection from ::ffff:127.0.0.1:38474\n", face.Tick().Out);
        run.Rows.Add(Row("10.0.0.1", 1, 1));
        Assert.Empty(face.Tick().Out);
        run.Now = run.Now with { Counts = run.Now.Counts.With(Counter.Opened, 200) };
        Assert.Equal("Got new connection from ::ffff:10.0.0.1:1\n", face.Tick().Out);
        run.Now = run.Now with { Open = 30_000, Counts = run.Now.Counts.With(Counter.Opened, 300) };
        run.Calls.Clear();
        Assert.Empty(face.Tick().Out);
        Assert.Empty(run.Calls);
    }

    private static ConnectionRow Row(string peer, int port, long ageNs) => new(
        SockAddr.From(IPAddress.IPv6Any, 4242), SockAddr.From(IPAddress.Parse(peer), port), false, ageNs, 0);
}
