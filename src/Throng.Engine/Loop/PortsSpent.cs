namespace Throng.Engine;

/// <summary>
/// Where a source port was missing: towards a target from all its sources, or on one path. One word, so that a worker
/// writes and the sampler reads it whole; 0 is nowhere.
/// </summary>
/// <param name="Path">Null when every source of the target was tried.</param>
internal readonly record struct PortsSpent(int Target, int? Path)
{
    private const int PathShift = 32;

    public long Word => (Target + 1L) | ((Path + 1L ?? 0L) << PathShift);

    public static PortsSpent From(long word)
    {
        int path = (int)(word >> PathShift);
        return new PortsSpent((int)(uint)word - 1, path == 0 ? null : path - 1);
    }
}
