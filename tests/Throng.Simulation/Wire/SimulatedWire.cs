using Throng.Measurement;

namespace Throng.Simulation;

/// <summary>Whoever is at the other end of a wire.</summary>
internal interface IWirePeer
{
    /// <summary>When it has something to do by itself; long.MaxValue: never.</summary>
    long DueNs { get; }

    void Take(byte[] frame);

    /// <summary>Does what is due.</summary>
    void Tick();
}

/// <summary>
/// A virtual clock and the frames that are on their way between one port and one peer, with faults from a seed. Time
/// moves by <see cref="RunUntil"/> alone. Single-threaded.
/// </summary>
internal sealed class SimulatedWire(ulong seed, WireFaults faults)
{
    private const long OvertakenMaxNs = 20_000_000;

    private readonly PriorityQueue<(byte[] Frame, bool IsToPeer), (long AtNs, long Order)> _frames = new();
    private Prng _random = new(seed);
    private long _order;

    /// <summary>Begins where no clock of a test is zero.</summary>
    public long NowNs { get; private set; } = 1_000_000_000;

    public WireFaults Faults { get; set; } = faults;
    public IWirePeer Peer { get; set; } = null!;
    public SimulatedPort Port { get; set; } = null!;

    /// <summary>Says to which of several ports a frame comes, as a card does; null: there is one.</summary>
    public Func<SimulatedPort>? Queue { get; set; }

    /// <summary>Frames that were lost, doubled, overtaken, cut or changed.</summary>
    public long Misfortunes { get; private set; }

    public long NextEventNs
    {
        get
        {
            long frameNs = _frames.TryPeek(out _, out (long AtNs, long Order) next) ? next.AtNs : long.MaxValue;
            return Math.Min(frameNs, Peer.DueNs);
        }
    }

    public bool Chance(double chance) => chance > 0 && _random.NextDouble() < chance;

    public long Between(long min, long max) => _random.NextInRange(min, max);

    public void ToPeer(ReadOnlySpan<byte> frame) => Carry(frame, isToPeer: true);

    public void ToPort(ReadOnlySpan<byte> frame) => Carry(frame, isToPeer: false);

    public void RunUntil(long untilNs)
    {
        while (NextEventNs is long atNs && atNs <= untilNs)
        {
            NowNs = Math.Max(NowNs, atNs);
            if (_frames.TryPeek(out _, out (long AtNs, long Order) next) && next.AtNs <= atNs)
            {
                (byte[] frame, bool isToPeer) = _frames.Dequeue();
                if (isToPeer)
                {
                    Peer.Take(frame);
                }
                else
                {
                    (Queue?.Invoke() ?? Port).Arrive(frame);
                }
            }
            else
            {
                Peer.Tick();
            }
        }

        NowNs = Math.Max(NowNs, untilNs);
    }

    private void Carry(ReadOnlySpan<byte> frame, bool isToPeer)
    {
        if (Happens(Faults.Lost))
        {
            return;
        }

        int copies = Happens(Faults.Doubled) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++)
        {
            byte[] bytes = frame.ToArray();
            if (Happens(Faults.BitFlipped))
            {
                // Behind the addresses of Ethernet, which nobody here looks at.
                bytes[Between(12, bytes.Length - 1)] ^= (byte)(1 << (int)Between(0, 7));
            }

            if (Happens(Faults.CutShort))
            {
                bytes = bytes[..(int)Between(14, bytes.Length - 1)];
            }

            long atNs = NowNs + Faults.DelayMinNs;
            if (Happens(Faults.Overtaken))
            {
                atNs += Between(0, OvertakenMaxNs);
            }
            else
            {
                atNs = NowNs + Faults.DelayMaxNs; // the usual way, on which frames stay in order
            }

            _frames.Enqueue((bytes, isToPeer), (atNs, _order++));
        }
    }

    private bool Happens(double chance)
    {
        bool happens = Chance(chance);
        Misfortunes += happens ? 1 : 0;
        return happens;
    }
}
