using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class AddressPlanTests
{
    [Theory]
    [InlineData(1, 1, 1, PortOrder.Sequential)]
    [InlineData(1, 1, 63, PortOrder.Sequential)]
    [InlineData(2, 1, 64, PortOrder.Sequential)]
    [InlineData(3, 2, 65, PortOrder.Sequential)]
    [InlineData(2, 4, 1000, PortOrder.Sequential)]
    [InlineData(1, 1, 1, PortOrder.Random)]
    [InlineData(3, 2, 65, PortOrder.Random)]
    [InlineData(2, 4, 1000, PortOrder.Random)]
    public void Hands_out_every_port_once_to_the_last(int targets, int sources, int ports, PortOrder order)
    {
        using AddressPlan plan = Plan(targets, sources, PortSpan.From(10_000, 10_000 + ports - 1), seed: 7, order);
        HashSet<(int Path, ushort Port)> taken = [];
        for (int target = 0; target < targets; target++)
        {
            for (int i = 0; i < sources * ports; i++)
            {
                Assert.True(plan.TryTake(target, out ushort path, out ushort port));
                Assert.True(taken.Add((path, port)), "no port is handed out twice");
                Assert.Equal(target, plan.TargetOf(path));
                Assert.Equal(plan.Target(target), plan.Remote(path));
                Assert.Equal(port, plan.Local(path, port).Port);
                Assert.InRange(port, 10_000, 10_000 + ports - 1);
            }

            Assert.False(plan.TryTake(target, out _, out _));
        }

        Assert.Equal(plan.Capacity, taken.Count);
        Assert.Equal(plan.Capacity, plan.InUse);
        foreach ((int path, ushort port) in taken)
        {
            plan.Return(path, port);
        }

        Assert.Equal(0, plan.InUse);
        Assert.True(plan.TryTake(0, out _, out _));
    }

    [Theory]
    [InlineData("127.0.0.1", false, PortOrder.Sequential)]
    [InlineData("127.0.0.2", true, PortOrder.Sequential)]
    [InlineData("", false, PortOrder.Sequential)]
    [InlineData("127.0.0.1", false, PortOrder.Random)]
    public void Never_connects_a_port_to_itself(string source, bool mayUseTheTargetsPort, PortOrder order)
    {
        SockAddr target = SockAddr.From(System.Net.IPAddress.Loopback, 1002);
        SockAddr from = source.Length == 0 ? default : SockAddr.From(System.Net.IPAddress.Parse(source), 0);
        using AddressPlan plan = new([target], [from], PortSpan.From(1000, 1004), seed: 1, order: order);
        List<ushort> ports = [];
        while (plan.TryTake(0, out _, out ushort port))
        {
            ports.Add(port);
        }

        Assert.Equal(mayUseTheTargetsPort, ports.Contains(1002));
        Assert.Equal(plan.Capacity, ports.Count);
    }

    [Fact]
    public void Sources_take_turns()
    {
        using AddressPlan plan = Plan(1, 4, PortSpan.From(1000, 1999), seed: 3);
        int[] count = new int[4];
        for (int i = 0; i < 400; i++)
        {
            Assert.True(plan.TryTake(0, out ushort path, out _));
            count[path]++;
        }

        Assert.All(count, one => Assert.Equal(100, one));
    }

    [Fact]
    public void A_port_given_back_is_the_last_to_be_used_again()
    {
        using AddressPlan plan = Plan(1, 1, PortSpan.From(1000, 1099), seed: 11);
        Assert.True(plan.TryTake(0, out ushort path, out ushort first));
        plan.Return(path, first);
        for (int i = 0; i < 99; i++)
        {
            Assert.True(plan.TryTake(0, out _, out ushort port));
            Assert.NotEqual(first, port);
        }

        Assert.True(plan.TryTake(0, out _, out ushort last));
        Assert.Equal(first, last);
    }

    [Fact]
    public void A_refused_port_is_replaced_and_comes_back_when_the_others_are_used()
    {
        using AddressPlan plan = Plan(1, 1, PortSpan.From(1000, 1001), seed: 1);
        Assert.True(plan.TryTake(0, out ushort path, out ushort refused));
        Assert.True(plan.TryReplace(path, refused, out ushort other));
        Assert.NotEqual(refused, other);
        Assert.Equal(1, plan.InUse);
        Assert.True(plan.TryTake(0, out _, out ushort again));
        Assert.Equal(refused, again);
        Assert.False(plan.TryReplace(path, other, out _)); // nothing else is free: the caller keeps it
        plan.Return(path, other);
        plan.Return(path, again);
        Assert.Equal(0, plan.InUse);
    }

    [Fact]
    public void An_attempt_gives_up_after_many_collisions_and_success_starts_the_count_again()
    {
        using AddressPlan plan = Plan(1, 1, PortSpan.From(1000, 1999), seed: 5);
        Assert.True(plan.TryTake(0, out ushort path, out ushort port));
        int replaced = 0;
        while (plan.TryReplace(path, port, out ushort other))
        {
            port = other;
            replaced++;
        }

        Assert.Equal(256, replaced);
        plan.Succeeded(path);
        Assert.True(plan.TryReplace(path, port, out port));
        plan.Return(path, port);
    }

    [Fact]
    public void A_row_of_ports_that_an_earlier_run_has_left_is_leapt_over()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            using AddressPlan plan = Plan(1, 1, PortSpan.From(30_000, 59_999), seed);
            Assert.True(plan.TryTake(0, out ushort path, out ushort port));
            int begin = port;
            bool isFound = true;
            int tries = 0;
            while (isFound && (port - begin + 30_000) % 30_000 < 14_000)
            {
                isFound = plan.TryReplace(path, port, out port);
                tries++;
            }

            Assert.True(isFound, $"seed {seed}: none of {tries} ports was beyond the row");
            Assert.Equal(1, plan.InUse);
        }
    }

    [Fact]
    public void A_port_is_returned_once()
    {
        using AddressPlan plan = Plan(1, 1, PortSpan.From(1000, 1999), seed: 5);
        Assert.True(plan.TryTake(0, out ushort path, out ushort port));
        plan.Return(path, port);
        Assert.Throws<BrokenInvariantException>(() => plan.Return(path, port));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Agrees_with_a_set_whatever_is_taken_and_returned(ulong seed)
    {
        Prng random = new(seed);
        int ports = (int)random.NextInRange(1, 200);
        using AddressPlan plan = Plan(2, 2, PortSpan.From(65_535 - ports + 1, 65_535), seed);
        List<(ushort Path, ushort Port)> taken = [];
        HashSet<(ushort Path, ushort Port)> unique = [];
        for (int step = 0; step < 5000; step++)
        {
            if (random.NextInRange(0, 2) != 0)
            {
                int target = (int)random.NextInRange(0, 1);
                bool isFull = taken.Count(one => plan.TargetOf(one.Path) == target) == 2 * ports;
                bool took = plan.TryTake(target, out ushort path, out ushort port);
                Assert.Equal(!isFull, took);
                if (took)
                {
                    Assert.True(unique.Add((path, port)));
                    taken.Add((path, port));
                }
            }
            else if (taken.Count > 0)
            {
                int index = (int)random.NextInRange(0, taken.Count - 1);
                plan.Return(taken[index].Path, taken[index].Port);
                unique.Remove(taken[index]);
                taken.RemoveAt(index);
            }

            Assert.Equal(taken.Count, plan.InUse);
        }
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(100, 3)]
    [InlineData(7, 8)]
    [InlineData(28_232, 64)]
    public void Slices_cover_a_span_and_share_nothing(int ports, int parts)
    {
        PortSpan span = PortSpan.From(32_768, 32_768 + ports - 1, port => port % 10 == 3);
        List<ushort> all = [];
        for (int part = 0; part < parts; part++)
        {
            PortSpan slice = span.Slice(part, parts);
            for (int i = 0; i < slice.Count; i++)
            {
                Assert.Equal(i, slice.IndexOf(slice[i]));
                all.Add(slice[i]);
            }
        }

        Assert.Equal(span.Count, all.Count);
        Assert.Equal(all, all.Distinct().Order());
        Assert.DoesNotContain(all, port => port % 10 == 3);
    }

    [Theory]
    [InlineData(1000, 999)]
    [InlineData(1000, 1000)]
    [InlineData(1000, 1009)]
    [InlineData(1000, 1012)]
    public void A_span_knows_its_ports_and_no_other(int first, int last)
    {
        PortSpan span = PortSpan.From(first, last, port => port == 1010);
        foreach (PortSpan one in new[] { span, span.Shuffled(1) })
        {
            for (int port = 1; port <= ushort.MaxValue; port++)
            {
                int index = one.IndexOf((ushort)port);
                bool isIn = port >= first && port <= last && port != 1010;
                Assert.Equal(isIn, index >= 0);
                Assert.True(!isIn || one[index] == port);
            }
        }
    }

    [Fact]
    public void A_span_reaches_the_last_port_there_is()
    {
        PortSpan span = PortSpan.From(65_534, 65_535);
        Assert.Equal(65_535, span[1]);
        Assert.Equal(2, span.Count);
    }

    /// <summary>A row of ports has a next one that is one more almost always; of 4,000 ports at random, one or so
    /// has.</summary>
    [Theory]
    [InlineData(PortOrder.Sequential, 3990, 4000)]
    [InlineData(PortOrder.Random, 0, 12)]
    public void Ports_are_a_row_or_random(PortOrder order, int least, int most)
    {
        using AddressPlan plan = Plan(1, 1, PortSpan.From(20_000, 23_999), seed: 11, order);
        ushort[] ports = Taken(plan, 4000);
        Assert.InRange(ports.Zip(ports.Skip(1)).Count(pair => pair.Second == pair.First + 1), least, most);
        using AddressPlan same = Plan(1, 1, PortSpan.From(20_000, 23_999), seed: 11, order);
        Assert.Equal(ports, Taken(same, 4000));
        using AddressPlan other = Plan(1, 1, PortSpan.From(20_000, 23_999), seed: 12, order);
        Assert.NotEqual(ports, Taken(other, 4000));
    }

    [Fact]
    public void Sources_at_random_are_each_taken_about_as_often()
    {
        using AddressPlan plan = Plan(1, 4, PortSpan.From(1000, 10_999), seed: 3, PortOrder.Random);
        int[] paths = new int[8000];
        for (int at = 0; at < paths.Length; at++)
        {
            Assert.True(plan.TryTake(0, out ushort path, out _));
            paths[at] = path;
        }

        // 2,000 each with a standard deviation of 39, and every fourth pair alike: 2,000 too, with one of 39.
        Assert.All(Enumerable.Range(0, 4), path => Assert.InRange(paths.Count(one => one == path), 1800, 2200));
        Assert.InRange(paths.Zip(paths.Skip(1)).Count(pair => pair.First == pair.Second), 1800, 2200);
    }

    private static ushort[] Taken(AddressPlan plan, int count)
    {
        ushort[] ports = new ushort[count];
        for (int at = 0; at < count; at++)
        {
            Assert.True(plan.TryTake(0, out _, out ports[at]));
        }

        return ports;
    }

    private static AddressPlan Plan(
        int targets, int sources, PortSpan ports, ulong seed, PortOrder order = PortOrder.Sequential)
    {
        SockAddr[] to = [.. Enumerable.Range(0, targets)
            .Select(i => SockAddr.FromIPv4(0x7F000001, (ushort)(7000 + i)))];
        SockAddr[] from = [.. Enumerable.Range(0, targets * sources)
            .Select(i => SockAddr.FromIPv4(0x7F000100 + (uint)(i % sources), 0))];
        return new AddressPlan(to, from, ports, seed, order: order);
    }
}
