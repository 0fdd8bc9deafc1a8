namespace Throng.Engine;

/// <summary>Names of connections that this end has closed: an entry is a block, or a place in TIME-WAIT.</summary>
internal readonly struct ClosedNames(TcpBlocks blocks, TimeWaits timeWaits)
{
    private const int TimeWaitBit = 0x4000_0000;

    public static int EntryOf(int place) => place | TimeWaitBit;

    public static bool IsTimeWait(int entry) => (entry & TimeWaitBit) != 0;

    public static int PlaceOf(int entry) => entry & ~TimeWaitBit;

    public (ushort Path, ushort Port) NameOf(int entry)
    {
        if (IsTimeWait(entry))
        {
            return timeWaits.NameOf(PlaceOf(entry));
        }

        ref TcpBlock block = ref blocks[entry];
        return (block.Path, block.LocalPort);
    }
}
