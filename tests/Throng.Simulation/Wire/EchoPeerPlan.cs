using Throng.Measurement;

namespace Throng.Simulation;

/// <summary>Ways of an echoing peer; all its connections are alike.</summary>
internal sealed record EchoPeerPlan
{
    public int Mss { get; init; } = 1460;

    /// <summary>-1: it offers no window scale.</summary>
    public int WindowScale { get; init; } = 7;

    /// <summary>Bytes that it takes before its application reads them.</summary>
    public int RoomBytes { get; init; } = 65_535;

    /// <summary>Its application reads at most so many bytes each time.</summary>
    public int ReadBytes { get; init; } = int.MaxValue;

    /// <summary>How long its application sleeps between two reads.</summary>
    public long ReadEveryNs { get; init; }
    public long AckDelayNs { get; init; }
    public bool KeepsOutOfOrder { get; init; }

    /// <summary>Selective acknowledgements are taken, and told of what is kept.</summary>
    public bool TakesSacks { get; init; }

    /// <summary>Now and then it drops what it has told of, as it may (RFC 2018, 8).</summary>
    public bool Reneges { get; init; }
    public long TimeoutNs { get; init; } = 300_000_000;

    /// <summary>It finishes after so many echoed bytes; long.MaxValue: after the client.</summary>
    public long FinishesAfterBytes { get; init; } = long.MaxValue;

    /// <summary>Initial sequence numbers begin so far before zero, or behind it.</summary>
    public uint FirstSequence { get; init; } = 1000;

    public static EchoPeerPlan Of(ulong seed)
    {
        Prng random = new(seed ^ 0x70656572);
        int room = (int)random.NextInRange(0, 1) == 0 ? 65_535 : (int)random.NextInRange(300, 20_000);
        bool isSlow = random.NextInRange(0, 2) == 0;
        return new EchoPeerPlan
        {
            Mss = (int)random.NextInRange(0, 3) switch { 0 => 536, 1 => 1380, 2 => 100, _ => 1460 },
            WindowScale = random.NextInRange(0, 1) == 0 ? -1 : (int)random.NextInRange(0, room < 65_535 ? 3 : 10),
            RoomBytes = room,
            ReadBytes = isSlow ? (int)random.NextInRange(50, 5000) : int.MaxValue,
            ReadEveryNs = isSlow ? random.NextInRange(0, 300_000_000) : 0,
            AckDelayNs = random.NextInRange(0, 2) == 0 ? 40_000_000 : 0,
            KeepsOutOfOrder = random.NextInRange(0, 1) == 0,
            FirstSequence = random.NextInRange(0, 1) == 0 ? (uint)random.NextULong()
                : unchecked((uint)-random.NextInRange(0, 50_000)),
            FinishesAfterBytes = random.NextInRange(0, 3) == 0 ? random.NextInRange(0, 20_000) : long.MaxValue,
            TakesSacks = random.NextInRange(0, 3) > 0,
            Reneges = random.NextInRange(0, 3) == 0,
        };
    }
}
