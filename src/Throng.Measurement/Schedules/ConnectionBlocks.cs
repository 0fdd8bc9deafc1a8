namespace Throng.Measurement;

/// <summary>
/// The blocks of neighbouring connections that a schedule is cut into: as many as there are connections, and at most
/// 4,096. They depend on the number of connections alone, so that the whole is the same whoever walks which of them.
/// </summary>
/// <param name="Connections">At least 1.</param>
public readonly record struct ConnectionBlocks(long Connections)
{
    /// <summary>More blocks than this would cost more cache than they are worth.</summary>
    public const int CountMax = 4096;

    public int Count => (int)Math.Min(Connections, CountMax);

    /// <summary>The first connection of a block; of the one behind the last, the number of connections.</summary>
    public long FirstOf(int block) => Connections <= CountMax ? block : block * Connections / CountMax;

    public int BlockOf(long connection) =>
        Connections <= CountMax ? (int)connection : (int)((((connection + 1) * CountMax) - 1) / Connections);
}
