using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng lab`: a load runs in it, and nothing of it stays, however it ends.</summary>
[Collection(nameof(Alone))]
public sealed class LabTests
{
    private const string Client = "/run/netns/throng-lab-client";
    private const string Server = "/run/netns/throng-lab-server";

    /// <summary>Tells a namespace from the one before: its number may be that of one that has just gone.</summary>
    private const string Mark = "192.0.2.77";
    private const string Addresses = "-n throng-lab-client addr show dev lo";

    [Fact]
    public void It_is_laid_used_and_taken_away()
    {
        Free();
        using (ThrongProcess killed = ThrongProcess.Start("lab"))
        {
            Await(killed);
            killed.Signal(ThrongProcess.SIGKILL);
            killed.Ends(128 + ThrongProcess.SIGKILL);
        }

        Assert.True(File.Exists(Client), "a killed lab leaves its namespaces");
        Netns.Ip($"-n throng-lab-client addr add {Mark}/32 dev lo");
        Assert.Contains(Mark, Netns.Ip(Addresses), StringComparison.Ordinal);
        using ThrongProcess lab = ThrongProcess.Start("lab");
        Await(lab);
        Assert.DoesNotContain(Mark, Netns.Ip(Addresses), StringComparison.Ordinal);
        using (ThrongProcess second = ThrongProcess.Run(3, "lab"))
        {
            Assert.Contains("another throng lab is at work", second.ErrorText);
        }

        using (ThrongProcess load = ThrongProcess.Run(
            new Launch { Before = "ip netns exec throng-lab-client " }, 0, "hold", "1k", "10.9.0.2:7000-7063",
            "--engine", "packet", "--interface", "cable", "--source", "10.9.128.0/30", "--until-held", "--json"))
        {
            Assert.Equal(1000, load.Document().Number("connections.held"));
        }

        lab.Signal(ThrongProcess.SIGTERM);
        lab.Ends(0);
        Assert.False(File.Exists(Client));
        Assert.False(File.Exists(Server));
        Assert.False(File.Exists("/run/throng-lab"));
    }

    private static void Free()
    {
        Needs.Root();
        Needs.Tool("ip");
        Needs.Host(!File.Exists("/run/throng-lab"), "a lab is at work here");
    }

    private static void Await(ThrongProcess lab) =>
        Eventually.Holds(() => lab.OutputText.Contains("Ctrl-C", StringComparison.Ordinal), lab.Story);
}
