using System.Net;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the options that a load takes with --engine packet, of what it refuses, and of its plan.</summary>
public sealed class CliPacketEngine
{
    private const string Whole =
        "hold 5 10.0.0.2:7000 --engine packet --interface eth1 --source 10.9.0.0/30 --for 1ms";

    [Theory]
    [InlineData("hold 5 10.0.0.2:7000 --engine packet --source 10.9.0.1", "--engine packet needs --interface")]
    [InlineData("hold 5 10.0.0.2:7000 --engine packet --interface eth1", "--engine packet needs --source")]
    [InlineData("hold 5 --engine packet --interface eth1 --source 10.9.0.1", "--engine packet needs a target")]
    [InlineData(Whole + " --tls", "--engine packet has no TLS")]
    [InlineData(Whole + " -t 2", "--engine packet has a worker for each queue: give --queues in the place of -t")]
    [InlineData(Whole + " -t 1 --queues 2", "--engine packet has a worker for each queue")]
    [InlineData(Whole + " --queues 65", "--queues")]
    [InlineData("hold 5 10.0.0.2:7000 --queues 2", "--queues has no effect without --engine packet")]
    [InlineData(Whole + " --keep-limits", "--keep-limits has no effect with --engine packet")]
    [InlineData(Whole + " --share 1/2 --seed 1", "--share contradicts --engine packet")]
    [InlineData(Whole + " --on nats://10.0.0.9:4222", "--on contradicts --engine packet")]
    [InlineData(Whole + " --gateway 10.0.0.1 --gateway 10.0.0.3", "one of each family")]
    [InlineData(Whole + " --gateway here", "'here' is no address")]
    [InlineData(Whole + " --vlan 4095", "--vlan")]
    [InlineData("hold 5 10.0.0.2:7000 --interface eth1", "--interface has no effect without --engine packet")]
    [InlineData("hold 5 10.0.0.2:7000 --gateway 10.0.0.1", "--gateway has no effect without --engine packet")]
    [InlineData("monitor udp://10.0.0.2:7000 --engine packet --interface e --source 10.9.0.1", "has no datagrams")]
    [InlineData("serve --engine packet", "--engine packet is of loads")]
    public void What_it_cannot_do_is_refused(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(ExitCode.Usage, shell.Run(line.Split(' ')));
        Assert.Contains(error, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_packets_go_is_told()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run($"{Whole} --gateway 10.0.0.1 --gateway fd00::1 --vlan 7 --queues 2 -t 2".Split(' ')));
        RunSpec run = shell.Live.Spec;
        Assert.Equal(EngineChoice.Packet, run.Engine);
        Assert.Equal(("eth1", 7, 2), (run.Packets!.Interface, run.Packets.Vlan, run.Packets.Queues));
        Assert.Equal([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")], run.Packets.Gateways);
    }

    /// <summary>Neither descriptors nor the kernel's ports are needed; all ports but the target's are there.</summary>
    [Fact]
    public void Limits_of_sockets_are_not_examined()
    {
        HoldSpec hold = Plans.Hold(500_000, targets: 2, sources: 4);
        Examination examination = Plans.Of(RecordedHost.Pod, hold, EngineChoice.Packet);
        Assert.True(examination.Fits);
        Assert.Equal(64_510, examination.Row("--source-ports").HasNumber);
        Assert.DoesNotContain(examination.Rows, row => row.Setting is "RLIMIT_NOFILE" or "fs.file-max"
            or "net.netfilter.nf_conntrack_max" or "net.ipv4.ip_local_port_range");
        Assert.False(Plans.Of(RecordedHost.Pod, Plans.Hold(600_000, 2, 4), EngineChoice.Packet).Fits);
        Assert.False(Plans.Of(RecordedHost.Pod, hold).Fits);
    }

    [Fact]
    public void Each_queue_has_a_worker_with_its_part_of_the_room()
    {
        RunSpec run = new()
        {
            Command = "hold", Engine = EngineChoice.Packet, Packets = new PacketSpec("none") { Queues = 3 },
        };
        HoldSpec hold = Plans.Hold(100_000, targets: 2, sources: 4) with { Socket = new SocketOptions(15, 0) };
        Examination examination = AllLimits.Examine(
            RecordedHost.Pod, LoadLayout.Create(hold, run, RecordedHost.Pod).Plan);
        Assert.Contains(examination.Arithmetic, line => line.Text.Contains("3 workers × 33,334 connections"));
        Assert.Contains(examination.Arithmetic, line => line.Text.Contains("3 × (10.0 MiB of frames + 2.00 MiB for"));
        Assert.Equal(3 * 65_472, examination.Row("--engine packet").HasNumber);
        Assert.Equal(3, examination.Row("none").NeedsNumber);
    }

    [Theory]
    [InlineData(1, 1, "", "")]
    [InlineData(2, 2, "", "")]
    [InlineData(2, 1, "eth1 receives on 2 queues and", "--queues 2, or ethtool -L eth1 combined 1")]
    [InlineData(100, 1, "eth1 receives on 100 queues", "ethtool -L eth1 combined 1")]
    [InlineData(2, 4, "--queues 4 is more than eth1 has: it receives on 2 queues", "ethtool -L eth1 combined 4")]
    public void An_interface_has_as_many_queues_as_are_taken(int queues, int taken, string what, string remedy)
    {
        InterfaceFacts facts = new("eth1", true, true, true, 1500, queues, "ixgbe");
        (string What, string Remedy) refusal = facts.Refusal(taken) ?? ("", "");
        Assert.StartsWith(what, refusal.What, StringComparison.Ordinal);
        Assert.Equal(remedy, refusal.Remedy);
        string veth = (facts with { Driver = "veth" }).Refusal(taken)?.Remedy ?? "";
        Assert.Equal(queues < taken, veth.Contains($"numrxqueues {taken} numtxqueues {taken}"));
    }

    /// <summary>On a veth a worker's answers come to the queue of its CPU, modulo the number of queues.</summary>
    [Theory]
    [InlineData(0, 2, true, "0 2")]
    [InlineData(1, 2, true, "1 3")]
    [InlineData(2, 3, true, "2")]
    [InlineData(1, 6, true, "1")]
    [InlineData(5, 6, true, "1")]
    [InlineData(1, 1, true, "0 1 2 3")]
    [InlineData(1, 2, false, "0 1 2 3")]
    [InlineData(3, 4, false, "3")]
    public void A_worker_runs_where_its_answers_come_to(int worker, int workers, bool hasQueues, string cpus) =>
        Assert.Equal(cpus, string.Join(' ', WorkerGroup.CpusOf(worker, workers, [0, 1, 2, 3], hasQueues)));

    /// <summary>Its timer is in a control block, of which there is not one for everybody.</summary>
    [Theory]
    [InlineData(65_472, true)]
    [InlineData(65_473, false)]
    public void Keepalive_needs_a_control_block_for_each_connection(int connections, bool fits)
    {
        HoldSpec hold = Plans.Hold(connections, targets: 2, sources: 4) with { Socket = new SocketOptions(15, 0) };
        Examination examination = Plans.Of(RecordedHost.Pod, hold, EngineChoice.Packet);
        Assert.Equal(fits, examination.Fits);
        Assert.Equal(65_472, examination.Row("--engine packet").HasNumber);
        Assert.True(Plans.Of(RecordedHost.Pod, hold with { Socket = default }, EngineChoice.Packet).Fits);
    }
}
