using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>The tables that lead from a segment to its connection, beside dictionaries.</summary>
public class LookupTests
{
    private const int Paths = 300;

    [Fact]
    public void A_path_is_found_by_its_ends_whatever_the_port_and_no_other_is()
    {
        PathTable table = new();
        for (ushort path = 0; path < Paths; path++)
        {
            Assert.False(table.Knows(path));
            table.Note(path, Source(path), Target(path));
            table.Note(path, Source(path), Target(path));
            Assert.True(table.Knows(path));
        }

        for (ushort path = 0; path < Paths; path++)
        {
            Endpoints ends = table.EndsOf(path, 4711);
            Assert.True(table.TryFind(ends, out ushort found));
            Assert.Equal(path, found);
            Assert.False(table.TryFind(ends with { RemotePort = 1 }, out _));
            Assert.False(table.TryFind(ends with { Local = ends.Local + Paths }, out _));
            Assert.False(table.TryFind(ends with { Remote = ends.Local, Local = ends.Remote }, out _));
        }
    }

    /// <summary>Rows in which nothing stands have no memory, so no port may leave some out.</summary>
    [Fact]
    public void Ports_of_a_slice_lie_in_a_row_whichever_was_the_first()
    {
        PortSpan ports = PortSpan.From(1_024, ushort.MaxValue).Slice(1, 3);
        using PortTable slots = new(ports);
        for (ushort path = 0; path < 200; path++)
        {
            int first = ports.Count - 1 - (path * 50);
            Assert.True(slots.TryBegin(path, ports[first]));
            Assert.Equal(
                Enumerable.Range(0, ports.Count),
                Enumerable.Range(first, ports.Count).Select(at => slots.RowOf(path, at % ports.Count)));
        }

        Assert.Equal(-1, slots.Find(0, 1_024));
    }

    [Theory]
    [InlineData(1, 0, 65_535)]
    [InlineData(2, 0, 65_535)]
    [InlineData(3, 24, 65_530)]
    [InlineData(4, 1_024, 33_279)]
    public void Slots_and_closed_connections_are_found_by_path_and_port(ulong seed, ushort first, ushort last)
    {
        Prng random = new(seed);
        PortSpan ports = PortSpan.From(first, last);
        using PortTable slots = new(ports);
        using TcpBlocks blocks = new(1);
        using TimeWaits waits = new(2_000);
        using ClosedTable closed = new(2_000, new ClosedNames(blocks, waits));
        Dictionary<(ushort, ushort), int> live = [];
        Dictionary<(ushort, ushort), int> ended = [];
        HashSet<ushort> begun = [];
        for (int turn = 0; turn < 20_000; turn++)
        {
            ushort path = (ushort)random.NextInRange(0, 130);
            int index = (int)random.NextInRange(ports.Count - 6, ports.Count + 24); // on both sides of the last one
            ushort port = ports[index % ports.Count];
            if (begun.Add(path))
            {
                Assert.True(slots.TryBegin(path, port));
            }

            if (!live.Remove((path, port)))
            {
                Assert.Equal(-1, slots.Find(path, port));
                slots.Add(path, port, turn);
                live[(path, port)] = turn;
            }
            else
            {
                slots.Remove(path, port);
                if (ended.Count < 1_000 && !ended.ContainsKey((path, port)))
                {
                    ended[(path, port)] = ClosedNames.EntryOf(waits.Add(path, port, 1, 2, nowNs: turn));
                    closed.Add(ended[(path, port)]);
                }
            }

            if (ended.Count == 1_000)
            {
                foreach (((ushort Path, ushort Port) name, int entry) in ended)
                {
                    Assert.Equal(entry, closed.Find(name.Path, name.Port));
                    closed.Remove(entry);
                    waits.Forget(ClosedNames.PlaceOf(entry));
                }

                Assert.Equal(-1, waits.TakeOver(0, makesRoom: false));
                ended.Clear();
            }

            Assert.Equal(live.GetValueOrDefault((path, port), -1), slots.Find(path, port));
            Assert.Equal(ended.GetValueOrDefault((path, port), -1), closed.Find(path, port));
        }

        Assert.All(live, one => Assert.Equal(one.Value, slots.Find(one.Key.Item1, one.Key.Item2)));
    }

    /// <summary>Both families, in a row as options give them.</summary>
    private static SockAddr Source(int path) => SockAddr.From(
        IPAddress.Parse(path % 2 == 0 ? $"10.9.{path / 256}.{path % 256}" : $"fd00::{path:x}"), 0);

    private static SockAddr Target(int path) => SockAddr.From(
        IPAddress.Parse(path % 2 == 0 ? "10.9.255.1" : "fd00::ffff"), (ushort)(7000 + (path % 7)));
}
