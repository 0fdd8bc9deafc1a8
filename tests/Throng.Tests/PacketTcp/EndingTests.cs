using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>A backend that is disposed of leaves nothing open at its peer, which no kernel would end for it.</summary>
public sealed class EndingTests
{
    private const int Connections = 40;

    [Theory]
    [InlineData(CloseKind.Fin)]
    [InlineData(CloseKind.Rst)]
    public void What_was_closed_is_over_at_the_peer(CloseKind kind)
    {
        (WireClient client, EchoPeer peer) = Opened(WireFaults.None);
        CloseAll(client, kind);
        client.Dispose();
        client.Wire.RunUntil(client.Wire.NowNs + 1_000_000);
        Assert.Equal(0, peer.Open);
        Assert.Equal(kind == CloseKind.Rst ? Connections : 0, peer.Resets);
    }

    /// <summary>Each FIN is sent again until it has come.</summary>
    [Fact]
    public void Every_FIN_comes_over_a_wire_that_loses_some()
    {
        (WireClient client, EchoPeer peer) = Opened(WireFaults.None);
        client.Wire.Faults = WireFaults.None with { Lost = 0.15 };
        HashSet<int> finished = [];
        peer.OnSegment = segment =>
        {
            if (segment.Has(PeerSegment.Fin))
            {
                finished.Add(segment.SourcePort);
            }
        };
        CloseAll(client, CloseKind.Fin);
        client.Dispose();
        Assert.Equal(Connections, finished.Count);
        Assert.True(client.Backend.Counts.Retransmits > 0);

        // What the peer has not heard of in the end is the last of many acknowledgements of a FIN, not the first.
        Assert.InRange(peer.Open, 0, 1);
    }

    /// <summary>A run whose connections do not close in time lets go of them all.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_abandoned_is_reset(bool isUnderWay)
    {
        (WireClient client, EchoPeer peer) = Opened(WireFaults.None);
        foreach (WireStory story in client.Stories)
        {
            if (isUnderWay)
            {
                client.Send(client.Slab.HandleAt(story.Slot), 100);
            }
        }

        client.Poll(0);
        foreach (WireStory story in client.Stories)
        {
            client.Slab.Free(client.Slab.HandleAt(story.Slot));
        }

        client.Dispose();
        client.Wire.RunUntil(client.Wire.NowNs + 1_000_000);
        Assert.Equal(Connections, peer.Resets);
        Assert.Equal(0, peer.Open);
    }

    /// <summary>More are to be closed than there are blocks, and nobody waits for those.</summary>
    [Fact]
    public void A_close_that_waits_for_a_block_becomes_a_reset()
    {
        (WireClient client, EchoPeer peer) = Opened(WireFaults.None, blocks: 8);
        foreach (WireStory story in client.Stories)
        {
            client.Close(client.Slab.HandleAt(story.Slot));
        }

        Assert.True(client.Backend.RequestsWaiting > 0);
        client.Dispose();
        client.Wire.RunUntil(client.Wire.NowNs + 1_000_000);
        Assert.Equal(0, peer.Open);
        Assert.InRange(peer.Resets, 1, Connections - 1);
    }

    /// <summary>Nobody answers any more: it ends all the same.</summary>
    [Fact]
    public void A_peer_that_has_gone_is_not_waited_for_long()
    {
        (WireClient client, _) = Opened(WireFaults.None);
        client.Wire.Faults = WireFaults.None with { Lost = 1 };
        CloseAll(client, CloseKind.Fin);
        long beforeNs = client.Wire.NowNs;
        client.Dispose();
        Assert.InRange(client.Wire.NowNs - beforeNs, 900_000_000, 1_100_000_000);
    }

    private static (WireClient Client, EchoPeer Peer) Opened(WireFaults faults, int blocks = 256)
    {
        SimulatedWire wire = new(1, faults);
        EchoPeer peer = new(wire, new EchoPeerPlan());
        wire.Peer = peer;
        WireClient client = new(wire, options: new PacketOptions
        {
            Secret = 7, Blocks = blocks, Chunks = 4096, TimeWaits = 256,
        });
        for (int i = 0; i < Connections; i++)
        {
            client.Open();
        }

        Assert.True(client.RunUntil(() => client.Stories.All(story => story.IsOpen)));
        client.Settle(1_000_000);
        Assert.Equal(Connections, peer.Open);
        client.Port.IsWaiting = true;
        return (client, peer);
    }

    private static void CloseAll(WireClient client, CloseKind kind)
    {
        foreach (WireStory story in client.Stories)
        {
            client.Close(client.Slab.HandleAt(story.Slot), kind);
        }

        client.Poll(0);
        Assert.All(client.Stories, story => Assert.Equal(0, story.Closed));
    }
}
