namespace Throng.Engine;

/// <summary>Counters of <see cref="XdpEcho"/>: places in the one value its map has for each CPU.</summary>
internal static class XdpCounters
{
    public const int Syn = 0;
    public const int Packets = 1;
    public const int Bytes = 2;
    public const int Fin = 3;
    public const int Ack = 4;
    public const int Rst = 5;

    // Packets dropped, by reason.
    public const int SourcePort = 6;
    public const int Malformed = 7;
    public const int Stale = 8;
    public const int Count = 9;

    public const int CounterBytes = 8;
}
