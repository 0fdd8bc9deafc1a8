using System.Net;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Addresses with a port each become the ranges that a program compares.</summary>
public sealed class XdpRangeTests
{
    [Theory]
    [InlineData("10.0.0.1:7000 10.0.0.1:7001 10.0.0.1:7002", "10.0.0.1:7000-7002")]
    [InlineData("10.0.0.1:7002 10.0.0.1:7000 10.0.0.1:7001", "10.0.0.1:7000-7002")]
    [InlineData("10.0.0.1:7000 10.0.0.1:7002", "10.0.0.1:7000 10.0.0.1:7002")]
    [InlineData("10.0.0.1:65535 [fd00::1]:1 10.0.0.2:65535", "10.0.0.1:65535 [fd00::1]:1 10.0.0.2:65535")]
    public void Ports_in_a_row_are_one(string addresses, string ranges) => Assert.Equal(
        ranges.Split(' ').Order(),
        XdpRange.Covering(addresses.Split(' ').Select(Read)).Select(one => one.ToString()).Order());

    [Theory]
    [InlineData("CapEff:\t000000c000001000", "0 0 4294967295", true, true, true)]
    [InlineData("CapEff:\t0000000000201000", "0 0 4294967295", true, true, true)] // SYS_ADMIN is all of them
    [InlineData("CapEff:\t0000008000001000", "0 0 4294967295", true, true, false)]
    [InlineData("CapEff:\t0000008000000000", "0 0 4294967295", true, false, false)]
    [InlineData("CapEff:\t000001ffffffffff", "0 1000 1", false, false, false)] // of its own namespace only
    public void Privileges_are_told_apart(string status, string map, bool loads, bool network, bool calculates)
    {
        Capabilities own = Capabilities.Parse(status, map);
        Assert.Equal(
            (loads, network, calculates), (own.LoadsPrograms, own.ChangesNetwork, own.CalculatesAddresses));
    }

    private static SockAddr Read(string text)
    {
        IPEndPoint end = IPEndPoint.Parse(text);
        return SockAddr.From(end.Address, end.Port);
    }
}
