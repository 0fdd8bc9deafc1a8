using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Tests of the options that `serve --engine kernel` and `--engine xdp` take, and of those they refuse.
/// </summary>
public class CliKernelEngines
{
    [Theory]
    [InlineData("serve --engine kernel --mode sink", "--engine kernel only echoes")]
    [InlineData("serve --engine kernel --transport udp", "--engine kernel is of --transport tcp")]
    [InlineData("serve --engine kernel --tls", "--engine kernel has no TLS")]
    [InlineData("serve --engine kernel --threads 2", "--threads has no effect with --engine kernel")]
    [InlineData("serve --engine kernel --interface lo", "--interface has no effect without --engine xdp")]
    [InlineData("serve --xdp-mode native", "--xdp-mode has no effect without --engine xdp")]
    [InlineData("serve --engine xdp", "--engine xdp needs --interface")]
    [InlineData("serve --engine xdp --interface lo --backlog 5", "it has no accept queue")]
    [InlineData("serve --engine xdp --interface lo --listen 0.0.0.0:7000", "needs the addresses named")]
    [InlineData("doctor serve --engine xdp --interface lo", "--engine xdp has no sockets")]
    [InlineData("hold 5 --engine kernel", "--engine kernel is of throng serve")]
    [InlineData("query --rate 5 --target 127.0.0.1:7 --engine xdp", "--engine xdp is of throng serve")]
    public void What_they_cannot_do_is_refused(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(ExitCode.Usage, shell.Run(line.Split(' ')));
        Assert.Contains(error, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_of_ports_have_a_limit()
    {
        string[] listen = [.. Enumerable.Range(0, PacketRanges.Max + 1).SelectMany(
            i => (string[])["--listen", $"127.0.0.1:{7000 + (2 * i)}"])];
        CliShell shell = new();
        Assert.Equal(ExitCode.Usage, shell.Run(["serve", "--engine", "xdp", "--interface", "lo", .. listen]));
        Assert.Contains("65 ranges of ports are more than 64", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_told_apart()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("serve", "--engine", "xdp", "--interface", "eth0", "--xdp-mode", "generic",
            "--listen", "10.0.0.1:7000-7009", "--for", "1ms"));
        Assert.Equal(EngineChoice.Xdp, shell.Live.Spec.Engine);
        Assert.Equal(("eth0", XdpMode.Generic), (shell.Serve!.Interface, shell.Serve.XdpMode));
        Assert.Equal(1, PacketRanges.Count(shell.Serve.Listen));
    }
}
