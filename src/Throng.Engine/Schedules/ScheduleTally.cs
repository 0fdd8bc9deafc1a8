using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>
/// Counts that every worker with a schedule keeps: how much of its part has fallen due, by stretch of the profile.
/// Written by the worker, readable by any thread.
/// </summary>
internal class ScheduleTally
{
    private long[] _taken = new long[1];
    private long _nextNs = long.MaxValue;
    private long _stoppedNs;
    private long _passed;

    /// <summary>Time from the schedule's start within which nothing counts that falls due.</summary>
    public long WarmUpNs { get; set; }

    /// <summary>Part of the schedule that the worker walks, of so many.</summary>
    public int Part { get; private set; }
    public int Parts { get; private set; } = 1;

    /// <summary>When the worker stopped beginning what falls due; 0 until then.</summary>
    public long StoppedNs => Volatile.Read(ref _stoppedNs);

    /// <summary>Arrivals behind the warm-up that fell due before the part was taken over: somebody else's.</summary>
    public long PassedBefore
    {
        get => Volatile.Read(ref _passed);
        set => Volatile.Write(ref _passed, value);
    }

    /// <summary>
    /// When the first arrival that is not counted yet falls due, by the worker's clock; long.MaxValue: none. To be read
    /// after the counts: those taken in between are missed and not counted twice.
    /// </summary>
    public long NextNs => Volatile.Read(ref _nextNs);

    /// <summary>Arrivals behind the warm-up that the worker has taken, or passed over.</summary>
    public long Taken
    {
        get
        {
            long[] taken = Volatile.Read(ref _taken);
            long all = 0;
            for (int i = 0; i < taken.Length; i++)
            {
                all += Volatile.Read(ref taken[i]);
            }

            return all;
        }
    }

    /// <summary>The same of one stretch of the profile.</summary>
    public long TakenIn(int segment)
    {
        long[] taken = Volatile.Read(ref _taken);
        return segment < taken.Length ? Volatile.Read(ref taken[segment]) : 0;
    }

    public void Follow(int part, int parts) => (Part, Parts) = (part, parts);

    /// <summary>Counts arrivals behind the warm-up that were taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Took(int segment, long arrivals)
    {
        long[] taken = segment < _taken.Length ? _taken : Grow(segment);
        Volatile.Write(ref taken[segment], taken[segment] + arrivals);
    }

    /// <summary>The next arrival is due then.</summary>
    public void GoOn(long nextNs) => Volatile.Write(ref _nextNs, nextNs);

    /// <summary>Nothing is taken any more, and all that fell due is counted.</summary>
    public void Stop(long atNs)
    {
        GoOn(long.MaxValue);
        Volatile.Write(ref _stoppedNs, atNs);
    }

    private long[] Grow(int segment)
    {
        long[] longer = new long[Math.Max(segment + 1, 2 * _taken.Length)];
        _taken.CopyTo(longer, 0);
        Volatile.Write(ref _taken, longer);
        return longer;
    }
}
