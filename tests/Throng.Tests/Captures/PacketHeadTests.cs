using System.Net;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Reads from a packet's bytes whose it is.</summary>
public sealed class PacketHeadTests
{
    private const string RestOfHead = "00003c0000400040060000 0a000001 0a000002 ";
    private const string Ports = "c3500050 00000000 ";
    private const string SynOfTcp = Ports + "00000000 a002ffff 00000000";
    private const string Syn = "45" + RestOfHead + SynOfTcp;

    private const string AckOf6 = "60000000 0020 06 40 fd000000000000000000000000000001 "
        + "fd000000000000000000000000000002 c3500050 00000000 00000000 8010ffff 00000000";

    [Fact]
    public void Ends_and_flags_are_those_of_the_heads()
    {
        Assert.True(PacketHead.TryRead(Bytes(Syn), out PacketHead head));
        Assert.Equal((End("10.0.0.1", 50_000), End("10.0.0.2", 80)), (head.Source, head.Destination));
        Assert.Equal(TcpFlags.Syn, head.Flags);
        Assert.True(PacketHead.TryRead(Bytes(AckOf6), out head));
        Assert.Equal((End("fd00::1", 50_000), End("fd00::2", 80)), (head.Source, head.Destination));
        Assert.Equal(TcpFlags.Ack, head.Flags);
    }

    [Fact]
    public void Options_of_an_IPv4_head_are_passed_over()
    {
        Assert.True(PacketHead.TryRead(Bytes("46" + RestOfHead + "01010100" + SynOfTcp), out PacketHead head));
        Assert.Equal((50_000, 80, TcpFlags.Syn), (head.Source.Port, head.Destination.Port, head.Flags));
    }

    [Fact]
    public void An_error_is_of_the_packet_that_it_quotes()
    {
        string error4 = "4500003c0000400040010000 0a000003 0a000001 03010000 00000000 45" + RestOfHead
            + Ports;
        Assert.True(PacketHead.TryRead(Bytes(error4), out PacketHead head));
        Assert.Equal((End("10.0.0.1", 50_000), End("10.0.0.2", 80)), (head.Source, head.Destination));
        Assert.Equal(TcpFlags.None, head.Flags);
        string error6 = "60000000 0020 3a 40 fd000000000000000000000000000003 fd000000000000000000000000000001 "
            + "01000000 00000000 " + AckOf6;
        Assert.True(PacketHead.TryRead(Bytes(error6), out head));
        Assert.Equal((End("fd00::1", 50_000), End("fd00::2", 80)), (head.Source, head.Destination));
    }

    [Theory]
    [InlineData("")]
    [InlineData("45")]
    [InlineData("4000003c0000400040060000 0a000001 0a000002 c3500050")]
    [InlineData("4500003c0000400040060000 0a000001 0a000002 c350")]
    [InlineData("4500003c0000400040010000 0a000003 0a000001 08000000 00000000 45000000")]
    [InlineData("4500003c0000400040010000 0a000003 0a000001 03010000 00000000 4500003c0000400040010000 0a000003 "
        + "0a000001 03010000 00000000")]
    [InlineData("60000000 0020 3a 40 fd000000000000000000000000000003 fd000000000000000000000000000001 "
        + "87000000 00000000")]
    public void One_without_ports_is_nobodys(string packet) => Assert.False(PacketHead.TryRead(Bytes(packet), out _));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static PacketEnd End(string address, int port) =>
        PacketEnd.Of(SockAddr.From(IPAddress.Parse(address), port));
}
