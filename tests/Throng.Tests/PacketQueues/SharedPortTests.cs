using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.PacketQueues;

/// <summary>Ports of several queues of one interface: what comes to the wrong one, who answers, who is woken.</summary>
public sealed class SharedPortTests : IDisposable
{
    private static readonly SockAddr Ours = SockAddr.FromIPv4(0x0A09_0001, 1);
    private static readonly SockAddr Peer = SockAddr.FromIPv4(0x0A09_0009, 7000);
    private static readonly SockAddr Ours6 = SockAddr.From(IPAddress.Parse("fd00::1"), 1);
    private static readonly SockAddr Peer6 = SockAddr.From(IPAddress.Parse("fd00::9"), 7000);

    private readonly QueuePort[] _queues = [new(), new(), new()];
    private readonly SharedPorts _ports;
    private readonly ArrivedFrame[] _arrived = new ArrivedFrame[64];
    private volatile bool _isOver;

    public SharedPortTests() => _ports = new SharedPorts(_queues, new FrameOwners(PortSpan.From(10_000, 10_002), 3));

    public void Dispose() => _ports.Dispose();

    [Fact]
    public void A_frame_is_handed_to_the_worker_it_is_for()
    {
        byte[][] frames = [.. Enumerable.Range(10_000, 3).Select(port => TestFrame.Tcp(port, isIPv6: false))];
        foreach (byte[] frame in frames)
        {
            _queues[1].Arrive(frame);
        }

        Assert.Equal([frames[1]], Received(1));
        Assert.Equal([frames[0]], Received(0));
        Assert.Equal([frames[2]], Received(2));
        Assert.Equal((2, 0), (_ports[1].Counts.Passed, _ports[1].Counts.PassFull));
        Assert.Empty(Received(0));
    }

    [Fact]
    public void What_finds_no_room_is_dropped_and_counted()
    {
        byte[] frame = TestFrame.Tcp(10_000, isIPv6: false);
        int frames = (2 * _ports.RingBytes / frame.Length) + 1;
        for (int i = 0; i < frames; i++)
        {
            _queues[2].Arrive(frame);
            Assert.Empty(Received(2));
        }

        FramePortCounts counts = _ports[2].Counts;
        Assert.True(counts.PassFull > 0);
        Assert.Equal(frames, counts.Passed + counts.PassFull);
        Assert.True(_ports[0].MustHoldBack(static _ => false));
        int received = 0;
        for (int came = Received(0).Count; came > 0; came = Received(0).Count)
        {
            received += came;
        }

        Assert.Equal(counts.Passed, received);
        Assert.False(_ports[0].MustHoldBack(static _ => false));
        Assert.True(_ports[0].MustHoldBack(static queue => queue == 2), "answers came there lately");
        Assert.False(_ports[0].MustHoldBack(static queue => queue == 0), "its own queue is asked elsewhere");
    }

    /// <summary>Frames that others have handed over do not wait until one's own queue is empty.</summary>
    [Fact]
    public void A_busy_queue_starves_nobody()
    {
        for (int i = 0; i < 64; i++)
        {
            _queues[1].Arrive(TestFrame.Tcp(10_000, isIPv6: false));
            _queues[0].Arrive(TestFrame.Tcp(10_000, isIPv6: true));
        }

        Assert.Empty(Received(1));
        Assert.Equal(32, Received(0).Count(static frame => frame[12] == 8));
    }

    [Fact]
    public void A_question_is_answered_once_and_all_learn_from_it()
    {
        EthernetLink[] links = [.. Enumerable.Range(0, 3).Select(Link)];
        byte[] header = new byte[64];
        Assert.All(links, link => Assert.Equal(0, link.WriteHeader(Ours, Peer, header)));
        Assert.All(links, link => Assert.Equal(0, link.WriteHeader(Ours6, Peer6, header)));
        Turn(links);
        Assert.All(_queues, static queue => Assert.Equal(2, queue.Sent.Count)); // each has asked
        _queues[1].Arrive(TestFrame.Arp(1));
        _queues[2].Arrive(TestFrame.Discovery(135));
        Turn(links);
        Turn(links);
        Assert.Equal([2, 3, 3], _queues.Select(static queue => queue.Sent.Count));
        foreach (EthernetLink link in links)
        {
            Assert.Equal(14, link.WriteHeader(Ours, Peer, header));
            Assert.Equal(TestFrame.PeerMac, header[..6]);
            Assert.Equal(14, link.WriteHeader(Ours6, Peer6, header));
            Assert.Equal(TestFrame.PeerMac, header[..6]);
        }
    }

    [Fact]
    public void An_answer_is_everybodys()
    {
        EthernetLink[] links = [.. Enumerable.Range(0, 3).Select(Link)];
        byte[] header = new byte[64];
        Assert.All(links, link => Assert.Equal(0, link.WriteHeader(Ours, Peer, header)));
        Assert.All(links, link => Assert.Equal(0, link.WriteHeader(Ours6, Peer6, header)));
        _queues[0].Arrive(TestFrame.Arp(2));
        _queues[0].Arrive(TestFrame.Discovery(136));
        Turn(links);
        Assert.All(links, link => Assert.Equal(14, link.WriteHeader(Ours, Peer, header)));
        Assert.All(links, link => Assert.Equal(14, link.WriteHeader(Ours6, Peer6, header)));
    }

    /// <summary>
    /// One frame goes round between workers that sleep until it comes, and after no time of their own: a lost wake-up
    /// would stop it for good. How far it comes in the time is the host's.
    /// </summary>
    [Fact]
    public void Who_sleeps_is_woken()
    {
        const int Rounds = 20_000;
        int[] taken = new int[3];
        Thread[] workers =
        [
            .. Enumerable.Range(0, 3).Select(number => new Thread(() => GoRound(number, Rounds, taken))
            {
                IsBackground = true,
            }),
        ];
        foreach (Thread worker in workers)
        {
            worker.Start();
        }

        _queues[0].Arrive(TestFrame.Tcp(10_001, isIPv6: false));
        bool hasStopped = HasStopped(workers, taken, TimeSpan.FromSeconds(15));
        bool haveEnded = workers.All(static worker => !worker.IsAlive);
        _isOver = true;
        Assert.All(_queues, static queue => queue.Wake());
        Assert.All(workers, static worker => worker.Join());
        Assert.False(hasStopped, $"it stopped after {string.Join(", ", taken)} rounds of the workers");
        Assert.InRange(taken.Max(), taken.Min(), Math.Min(Rounds, taken.Min() + 1));
        Assert.InRange(taken.Min(), haveEnded ? Rounds : 1, Rounds);
    }

    /// <summary>A worker that has ended hands over what comes to its queue, and answers for the link.</summary>
    [Fact]
    public void An_ended_worker_holds_up_nobody()
    {
        EthernetLink[] links = [.. Enumerable.Range(0, 3).Select(Link)];
        Thread[] ended =
        [
            .. Enumerable.Range(0, 2).Select(number => new Thread(() => _ports.Relay(number, links[number]))
            {
                IsBackground = true,
            }),
        ];
        foreach (Thread worker in ended)
        {
            worker.Start();
        }

        byte[] own = TestFrame.Tcp(10_002, isIPv6: false);
        for (int i = 0; i < 500; i++)
        {
            _queues[i % 2].Arrive(own);
            _queues[i % 2].Arrive(TestFrame.Tcp(10_000, isIPv6: false)); // of one that has ended: dropped
        }

        _queues[0].Arrive(TestFrame.Arp(1));
        int received = 0;
        long endNs = _ports[2].NowNs() + (30 * Ns.Second);
        while ((received < 500 || _queues[0].Sent.IsEmpty) && _ports[2].NowNs() < endNs)
        {
            received += Received(2).Count(frame => frame.SequenceEqual(own));
            _ports[2].Wait(_ports[2].NowNs() + (50 * Ns.Millisecond));
        }

        bool lookedAfter = ended.All(static worker => worker.IsAlive);
        _ports.Relay(2, links[2]);
        Assert.All(ended, static worker => worker.Join());
        Assert.Equal(500, received);
        Assert.Single(_queues[0].Sent);
        Assert.True(lookedAfter, "queues of workers that have ended are looked after");
    }

    /// <summary>Waits until the workers have ended, or for a time; a frame that moves is not stopped.</summary>
    private static bool HasStopped(Thread[] workers, int[] taken, TimeSpan time)
    {
        long endMs = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (Environment.TickCount64 < endMs)
        {
            int before = taken.Sum();
            bool haveEnded = workers.All(static worker => worker.Join(TimeSpan.FromSeconds(10)));
            if (haveEnded)
            {
                return false;
            }

            if (taken.Sum() == before)
            {
                return true;
            }
        }

        return false;
    }

    private void GoRound(int number, int rounds, int[] taken)
    {
        byte[] next = TestFrame.Tcp(10_000 + ((number + 2) % 3), isIPv6: false);
        ArrivedFrame[] arrived = new ArrivedFrame[4];
        SharedPort port = _ports[number];
        while (taken[number] < rounds && !_isOver)
        {
            port.Wait(port.NowNs() + (600 * Ns.Second));
            int count = port.Receive(arrived);
            foreach (ref readonly ArrivedFrame frame in arrived.AsSpan(0, count))
            {
                port.Return(frame);
                taken[number]++;
                _queues[number].Arrive(next); // which comes to the queue of this one, and is another's
            }
        }

        _ = port.Receive(arrived); // hands over the last
    }

    private EthernetLink Link(int number) => new(_ports[number], new FrameLinkSpec(
        [2, 0, 0, 0, 0, 1], new AddressRanges([IPAddress.Parse("10.9.0.1"), IPAddress.Parse("fd00::1")]), 1500));

    /// <summary>Every link takes what came; what was sent goes out.</summary>
    private void Turn(EthernetLink[] links)
    {
        for (int number = 0; number < links.Length; number++)
        {
            foreach (byte[] frame in Received(number))
            {
                _ = links[number].Strip(frame);
            }

            _ports[number].Wait(0);
        }
    }

    private List<byte[]> Received(int number)
    {
        SharedPort port = _ports[number];
        int count = port.Receive(_arrived);
        List<byte[]> frames = [];
        foreach (ref readonly ArrivedFrame frame in _arrived.AsSpan(0, count))
        {
            frames.Add(port.BytesOf(frame).ToArray());
            port.Return(frame);
        }

        return frames;
    }
}
