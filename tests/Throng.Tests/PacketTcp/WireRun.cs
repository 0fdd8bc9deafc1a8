using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>
/// Connections of a packet backend to an echoing peer over a wire with faults, all from a seed: what they send, how
/// they pause, and how they end.
/// </summary>
internal sealed class WireRun
{
    private readonly WireClient _client;
    private readonly List<Life> _lives = [];
    private readonly bool _peerFinishes;
    private Prng _random;

    public WireRun(ulong seed)
    {
        _random = new Prng(seed ^ 0x72756E);
        Wire = new SimulatedWire(seed, WireFaults.Of(seed));
        EchoPeerPlan plan = EchoPeerPlan.Of(seed);
        _peerFinishes = plan.FinishesAfterBytes != long.MaxValue;
        Peer = new EchoPeer(Wire, plan);
        Wire.Peer = Peer;
        bool isScarce = _random.NextInRange(0, 3) == 0;
        _client = new WireClient(Wire, slots: 16, buffers: isScarce ? 8 : 64, frames: isScarce ? 16 : 128,
            options: new PacketOptions
            {
                Secret = seed,
                Blocks = isScarce ? 4 : 64,
                Chunks = isScarce ? 64 : 4096,
                TimeWaits = isScarce ? 2 : 64,
                FirstSequence = _random.NextInRange(0, 1) == 0 ? null
                    : unchecked((uint)-_random.NextInRange(0, 30_000)),
            });
        for (int i = (int)_random.NextInRange(1, 8); i > 0; i--)
        {
            _lives.Add(new Life(ref _random));
        }
    }

    public SimulatedWire Wire { get; }
    public EchoPeer Peer { get; }
    public PacketCounts Counts => _client.Backend.Counts;
    public int Connections => _lives.Count;

    /// <summary>Runs to the end and checks all that must hold there.</summary>
    public void Run()
    {
        using WireClient client = _client;
        Assert.True(client.RunUntil(() => _lives.All(life => life.IsOver), act: Act), "no stall: " + Describe());
        Assert.Equal(0, client.Slab.Used);
        Assert.Equal(_lives.Count, client.Stories.Count(story => story.Closed is not null));

        // Ends that the peer has to acknowledge still go on; then nothing is left anywhere.
        Assert.True(client.RunUntil(() => client.Backend.InUse == (0, 0), 1_200_000_000_000), "blocks come back");
        Assert.Equal(0, client.Pool.Rented);
        Assert.Equal(0, client.Backend.RequestsWaiting);
        Assert.Equal(0, Peer.Lies);
    }

    private string Describe() => string.Join("; ", _lives.Where(life => !life.IsOver).Select(life =>
        $"slot {life.Connection.Slot} {life.Ending} announced {life.Story?.AnnouncedBytes} sent {life.Story?.SentBytes}"
        + $" received {life.Story?.ReceivedBytes} of {life.TotalBytes} open {life.Story?.IsOpen}"
        + $" finished {life.Story?.PeerHasFinished} asked {life.Story?.CloseIsAsked}"));

    /// <summary>Does what is due for each connection; when something is due next.</summary>
    private long Act()
    {
        long nextNs = long.MaxValue;
        foreach (Life life in _lives)
        {
            if (!life.IsOver)
            {
                if (life.DueNs <= Wire.NowNs)
                {
                    Step(life);
                }

                nextNs = Math.Min(nextNs, life.DueNs);
            }
        }

        return nextNs;
    }

    private void Step(Life life)
    {
        life.DueNs = Wire.NowNs + _random.NextInRange(100_000, 20_000_000);
        if (life.Story is null)
        {
            life.Connection = _client.Open(life.IsIPv6);
            life.Story = _client.Stories[^1];
            return;
        }

        WireStory story = life.Story;
        if (story.Closed is { } result)
        {
            life.IsOver = true;
            bool isFine = result == 0 || (_peerFinishes && result is -Throng.Linux.Errno.ECONNRESET
                or -Throng.Linux.Errno.EPIPE);
            Assert.True(isFine, $"closed with {result}");
            return;
        }

        if (!story.IsOpen || story.CloseIsAsked)
        {
            return;
        }

        if (life.Pauses && _random.NextInRange(0, 5) == 0)
        {
            life.IsPaused = !life.IsPaused;
            _client.Backend.Receive(life.Connection, life.IsPaused ? ReceiveMode.Paused : ReceiveMode.Stream);
        }

        if (story.AnnouncedBytes < life.TotalBytes)
        {
            SendMore(life, story);
        }
        else
        {
            TryEnd(life, story);
        }
    }

    private void SendMore(Life life, WireStory story)
    {
        int bytes = (int)Math.Min(life.TotalBytes - story.AnnouncedBytes, _random.NextInRange(1, life.ChunkBytes));
        bool isLast = story.AnnouncedBytes + bytes == life.TotalBytes && life.Ending == Ending.HalfClose;
        _client.Send(life.Connection, bytes, isLast ? SendMode.Last : SendMode.Normal);
        if (life.Ending is Ending.Reset or Ending.EarlyClose && story.AnnouncedBytes > life.TotalBytes / 2)
        {
            _client.Close(life.Connection, life.Ending == Ending.Reset ? CloseKind.Rst : CloseKind.Fin);
        }
    }

    private void TryEnd(Life life, WireStory story)
    {
        bool isAnswered = story.ReceivedBytes == life.TotalBytes;
        switch (life.Ending)
        {
            case Ending.HalfClose when story.PeerHasFinished:
                Assert.True(isAnswered || _peerFinishes, "all came before the FIN");
                _client.Close(life.Connection);
                break;
            case Ending.Close when isAnswered || story.PeerHasFinished:
                _client.Close(life.Connection);
                break;
            case Ending.Reset:
                _client.Close(life.Connection, CloseKind.Rst);
                break;
            case Ending.EarlyClose:
                _client.Close(life.Connection);
                break;
            default:
                if (_random.NextInRange(0, 30) == 0)
                {
                    _client.Backend.AskFacts(life.Connection);
                }

                break;
        }
    }

    private enum Ending
    {
        Close,
        HalfClose,
        EarlyClose,
        Reset,
    }

    private sealed class Life
    {
        public Life(ref Prng random)
        {
            TotalBytes = random.NextInRange(0, 2) == 0
                ? random.NextInRange(10_000, 60_000)
                : random.NextInRange(1, 2000);
            ChunkBytes = (int)random.NextInRange(1, 40_000);
            Pauses = random.NextInRange(0, 2) == 0;
            IsIPv6 = random.NextInRange(0, 1) == 0;
            Ending = (Ending)random.NextInRange(0, 3);
            DueNs = random.NextInRange(0, 2_000_000_000);
        }

        public long TotalBytes { get; }
        public int ChunkBytes { get; }
        public bool Pauses { get; }
        public bool IsIPv6 { get; }
        public Ending Ending { get; }
        public bool IsPaused { get; set; }
        public bool IsOver { get; set; }
        public long DueNs { get; set; }
        public Handle Connection { get; set; }
        public WireStory? Story { get; set; }
    }
}
