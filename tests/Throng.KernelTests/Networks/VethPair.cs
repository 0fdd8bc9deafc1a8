using Xunit;

namespace Throng.KernelTests;

/// <summary>A cable between two namespaces: `here` is .1 and `there` is .2 of 10.9.0.0/24 and fd00:9::/64.</summary>
internal static class VethPair
{
    /// <param name="queues">Of each end.</param>
    public static void Connect(Netns client, Netns host, int queues = 1)
    {
        string many = queues > 1 ? $"numrxqueues {queues} numtxqueues {queues}" : "";
        client.Out($"ip link add here {many} type veth peer name there {many} netns {host.Name}");
        foreach ((Netns where, string name, int number) in
            ((Netns, string, int)[])[(client, "here", 1), (host, "there", 2)])
        {
            where.Out($"ip addr add 10.9.0.{number}/24 dev {name}");
            where.Out($"ip addr add fd00:9::{number}/64 dev {name} nodad");
            where.Out($"ip link set {name} up");
        }
    }

    /// <summary>The same with `there` in the network of the test itself, whose programs are at that end.</summary>
    public static void ConnectToTest(Netns client)
    {
        Requirement.OwnNetwork();
        string[] steps =
        [
            $"link add there type veth peer name here netns {client.Name}",
            "addr add 10.9.0.2/24 dev there",
            "link set there up",
        ];
        foreach (string step in steps)
        {
            using System.Diagnostics.Process ip = System.Diagnostics.Process.Start("ip", step);
            ip.WaitForExit();
            Assert.Equal(0, ip.ExitCode);
        }

        client.Out("ip addr add 10.9.0.1/24 dev here; ip link set here up");
        Eventually.Holds(
            () => client.Out("cat /sys/class/net/here/operstate") == "up", () => "the cable is up", everyMs: 10);
    }
}
