namespace Throng.Engine;

/// <summary>
/// Segment sizes that an idle connection's record can hold, in four bits; a size is rounded down to one of them.
/// </summary>
internal static class MssSizes
{
    private static readonly ushort[] Sizes =
    [
        64, 216, 536, 1024, 1180, 1220, 1300, 1340, 1360, 1380, 1400, 1420, 1440, 1460, 1948, 8940,
    ];

    public static int At(int place) => Sizes[place];

    /// <summary>The place of the largest size that is no larger.</summary>
    public static int PlaceOf(int mss)
    {
        int place = Sizes.Length - 1;
        while (place > 0 && Sizes[place] > mss)
        {
            place--;
        }

        return place;
    }

    /// <summary>Bytes that fit into a packet of a link, behind the headers.</summary>
    public static int Largest(int mtuBytes, bool isIPv6) =>
        mtuBytes - PacketHeaders.IPBytes(isIPv6) - PacketHeaders.TcpBytes;

    /// <summary>The size to use, of what the peer told and what fits here; no word from the peer: 536.</summary>
    public static int Agreed(int told, int largest) => At(PlaceOf(Math.Min(told == 0 ? At(2) : told, largest)));
}
