using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The last packets of each connection, and which ones go where there is no room.</summary>
public sealed class PacketStoreTests
{
    private static readonly PacketEnd Server = PacketEnd.Of(SockAddr.From(IPAddress.Loopback, 80));

    [Fact]
    public void The_last_packets_of_a_connection_are_kept_in_their_order()
    {
        using PacketStore store = new(1_000);
        for (int i = 0; i < 100; i++)
        {
            Add(store, port: 1, atNs: i);
            Add(store, port: 2, atNs: i * 2);
        }

        Assert.Equal(Enumerable.Range(68, 32).Select(at => (long)at), Times(store, 1));
        Assert.Equal(Enumerable.Range(68, 32).Select(at => at * 2L), Times(store, 2));
        Assert.Empty(Times(store, 3));
    }

    [Fact]
    public void Of_lasting_connections_the_one_that_was_silent_longest_goes()
    {
        using PacketStore store = new(100);
        for (int port = 1; port <= 50; port++)
        {
            Add(store, port, port);
            Add(store, port, port);
        }

        Add(store, 1, 60);
        Assert.Equal([1L, 1, 60], Times(store, 1));
        Assert.Empty(Times(store, 2));
        Assert.Equal([3L, 3], Times(store, 3));
        Add(store, 51, 61);
        Add(store, 52, 62);
        Assert.Empty(Times(store, 3));
        Assert.Equal([4L, 4], Times(store, 4));
    }

    [Fact]
    public void Of_ended_connections_those_of_more_than_a_second_ago_go_first()
    {
        using PacketStore store = new(64);
        Add(store, 1, 0);
        Add(store, 2, 1, TcpFlags.Rst);
        for (int port = 3; port <= 64; port++)
        {
            Add(store, port, port);
        }

        Add(store, 65, Ns.Second / 2);
        Assert.Equal((0, 1), (Times(store, 1).Length, Times(store, 2).Length));
        Add(store, 66, 2 * Ns.Second);
        Assert.Equal((0, 1), (Times(store, 2).Length, Times(store, 3).Length));
    }

    [Fact]
    public void Where_all_have_just_ended_the_first_of_them_goes_and_never_the_newest()
    {
        using PacketStore store = new(64);
        for (int port = 1; port <= 10_000; port++)
        {
            Add(store, port, port);
            Add(store, port, port, TcpFlags.Fin, isOurs: true);
            Add(store, port, port, TcpFlags.Fin, isOurs: false);
            Assert.Equal([port, port, port], Times(store, port));
        }

        Assert.Empty(Times(store, 9_900));
    }

    [Fact]
    public void Nothing_is_lost_or_mixed_up_over_many_connections()
    {
        Prng random = new(11);
        using PacketStore store = new(2_000);
        Dictionary<int, List<long>> all = [];
        for (int i = 1; i <= 100_000; i++)
        {
            int port = (int)random.NextInRange(1, 500);
            TcpFlags flags = random.NextInRange(0, 9) switch
            {
                0 => TcpFlags.Fin, 1 => TcpFlags.Rst, _ => TcpFlags.None,
            };
            Add(store, port, i, flags, random.NextInRange(0, 1) == 0);
            (all.TryGetValue(port, out List<long>? times) ? times : all[port] = []).Add(i);
            long[] kept = Times(store, port);
            Assert.Equal(all[port].TakeLast(kept.Length), kept);
            Assert.InRange(kept.Length, 1, PacketStore.PacketsMax);
        }

        int sum = all.Keys.Sum(port => Times(store, port).Length);
        Assert.InRange(sum, 1_900, 2_000);
    }

    private static void Add(
        PacketStore store, int port, long atNs, TcpFlags flags = TcpFlags.None, bool isOurs = true) => store.Add(
        Key(port), new CapturedPacket(atNs, 1, 40, new byte[40]), atNs, flags, isOurs);

    private static long[] Times(PacketStore store, int port)
    {
        int[] slots = new int[PacketStore.PacketsMax];
        return [.. slots[..store.Find(Key(port), slots)].Select(slot => store[slot].AtNs)];
    }

    private static Endpoints Key(int port) => new PacketEnd(1, (ushort)port).To(Server);
}
