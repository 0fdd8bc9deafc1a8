using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// What one worker knows of one target: how many connections it wants and has there, and how willing the target is.
/// The number of connects in flight grows with success and falls to a single probe after a failure, so a target that
/// is dead or swallows packets costs one attempt at a time and never slows the others.
/// </summary>
internal struct TargetState
{
    private const long BackoffMinNs = 100_000_000;
    private const long BackoffMaxNs = 5_000_000_000;
    private const int WindowAtStart = 8;

    /// <summary>A connection lost sooner than this counts against the target like a failed connect.</summary>
    private const long ShortLifeNs = 1_000_000_000;

    public int Wanted;

    /// <summary>Open and meant to stay so; one that is being closed by us no longer counts.</summary>
    public int Open;
    public int Connecting;

    /// <summary>Closed by the server while idle; not missed until somebody needs it.</summary>
    public int Resting;

    /// <summary>Lost connections whose successor has not been opened yet.</summary>
    public int ToReplace;
    public long Opened;
    public long Failed;
    public long Lost;

    /// <summary>No connect before this.</summary>
    public long RetryNs;

    /// <summary>Stands in the queue of targets to connect to, or in the list of resting ones.</summary>
    public bool IsListed;

    private int _failuresInARow;
    private int _successesInARow;
    private bool _diesYoung;
    private long _lastFailureNs;

    /// <summary>Connections missing and not yet under way; negative when there are too many.</summary>
    public readonly int Missing => Wanted - Open - Connecting - Resting;

    public readonly bool MayConnect(int inFlightMax) => Missing > 0 && Connecting < Window(inFlightMax);

    public void OnOpened(long nowNs)
    {
        Connecting--;
        Open++;
        Opened++;
        _successesInARow++;
        if (!_diesYoung || nowNs - _lastFailureNs > 2 * BackoffMaxNs)
        {
            _failuresInARow = 0;
            _diesYoung = false;
            RetryNs = 0;
        }
    }

    public void OnConnectFailed(long nowNs, ref Prng random)
    {
        Failed++;
        BackOff(nowNs, ref random);
    }

    public void OnLost(long nowNs, long ageNs, ref Prng random)
    {
        Open--;
        Lost++;
        ToReplace++;
        if (ageNs < ShortLifeNs)
        {
            _diesYoung = true;
            BackOff(nowNs, ref random);
        }
    }

    /// <summary>
    /// Waits before the next attempt: 100 ms doubling to 5 s, of which a random part up to half is left out.
    /// </summary>
    public void BackOff(long nowNs, ref Prng random)
    {
        _successesInARow = 0;
        _lastFailureNs = nowNs;
        if (nowNs < RetryNs)
        {
            return; // fails in the same volley as the one that began this wait
        }

        long waitNs = Math.Min(BackoffMaxNs, BackoffMinNs << Math.Min(_failuresInARow, 10));
        _failuresInARow++;
        RetryNs = nowNs + random.NextInRange(waitNs / 2, waitNs);
    }

    private readonly int Window(int inFlightMax) =>
        _failuresInARow > 0 && _successesInARow == 0 ? 1 : Math.Min(inFlightMax, WindowAtStart + _successesInARow);
}
