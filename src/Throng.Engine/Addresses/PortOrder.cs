namespace Throng.Engine;

/// <summary>
/// The order in which source ports and addresses are taken. Boxes on the way hash them, and a row of ports may meet
/// their tables better or worse than traffic of many hosts does; RFC 4814 asks for pseudo-random ones.
/// </summary>
public enum PortOrder : byte
{
    /// <summary>One after another, from a random one on; the addresses in turn.</summary>
    Sequential,

    /// <summary>In a random order, which the seed decides; a port that was given back is still the last to be used
    /// again.</summary>
    Random,
}
