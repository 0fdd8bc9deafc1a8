using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// How often each errno happened that has no reason of its own. The worker writes, the sampler reads; there is room for
/// a few, and what is more is counted as the last of them.
/// </summary>
public sealed class ErrnoCounts
{
    private const int KindsMax = 16;

    private readonly int[] _errnos = new int[KindsMax];
    private readonly long[] _counts = new long[KindsMax];
    private int _used;

    /// <param name="errno">Positive.</param>
    public void Add(int errno)
    {
        int at = 0;
        while (at < _used && _errnos[at] != errno && at < KindsMax - 1)
        {
            at++;
        }

        if (at == _used)
        {
            _errnos[at] = errno;
            Volatile.Write(ref _used, at + 1);
        }

        _counts[at]++;
    }

    /// <summary>Adds the counts by the errnos' names. Any thread.</summary>
    public void AddTo(ReasonCounts into)
    {
        for (int i = 0; i < Volatile.Read(ref _used); i++)
        {
            into.Add(Errno.Name(_errnos[i]), Volatile.Read(ref _counts[i]));
        }
    }
}
