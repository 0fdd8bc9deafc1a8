using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>How many connections a load has that says nothing of it.</summary>
public sealed class ResolvedLoadTests
{
    private static readonly RunSpec Run = new() { Command = "hold", Threads = 2 };

    [Fact]
    public void Without_a_number_it_is_one_for_each_address_connected_to()
    {
        SockAddr[] three = [.. Enumerable.Range(7000, 3).Select(port => SockAddr.FromIPv4(0x0A00_0001, (ushort)port))];
        Assert.Equal(3, Setup.Resolved(new HoldSpec { Targets = three }, Run).Connections);
        Assert.Equal(2, Setup.Resolved(new HoldSpec(), Run).Connections);
        Assert.Equal(8, Setup.Resolved(new HoldSpec(), Run with { Threads = 0 }, cpus: 8).Connections);
        Assert.Equal(2, Setup.Resolved<LoadSpec>(new MonitorSpec(), Run).Connections);
    }

    [Fact]
    public void A_number_stays()
    {
        Assert.Equal(0, Setup.Resolved(new HoldSpec { Connections = 0 }, Run).Connections);
        Assert.Equal(10_000, Setup.Resolved(new ChurnSpec(), Run).InFlightMax);
    }
}
