using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Knowledge of one worker about one target: how many connections it wants and has there, and how willing the target
/// is. The number of connects in flight grows with success and falls to a single probe after a failure, so a target
/// that is dead or swallows packets costs one attempt at a time and never slows the others.
/// </summary>
internal struct TargetState
{
    private const int WindowAtStart = 8;

    /// <summary>A connection lost sooner than this without having been of use counts like a failed connect.</summary>
    private const long ShortLifeNs = Ns.Second;

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
        if (!_diesYoung || nowNs - _lastFailureNs > 2 * BackOff.OfTarget.MostNs)
        {
            _failuresInARow = 0;
            _diesYoung = false;
            RetryNs = 0;
        }
    }

    public void OnConnectFailed(long nowNs, ref Act act)
    {
        Failed++;
        Rest(nowNs, ref act);
    }

    /// <summary>A connection was lost: it is replaced at once if it had been of use.</summary>
    public void OnLost(bool wasOfUse, long nowNs, long ageNs, ref Act act)
    {
        Open--;
        Lost++;
        ToReplace++;
        if (wasOfUse)
        {
            _failuresInARow = 0;
            _diesYoung = false;
            RetryNs = 0;
        }
        else if (ageNs < ShortLifeNs)
        {
            _diesYoung = true;
            Rest(nowNs, ref act);
        }
    }

    /// <summary>Answers what each target of a worker has.</summary>
    public static void TellAll(ref Act act, ReadOnlySpan<TargetState> targets, Question question)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            ref readonly TargetState one = ref targets[i];
            question.Rows.Enqueue(new EndpointRow(
                act.Target(i), one.Wanted, one.Open, one.Connecting, one.Opened, one.Failed, one.Lost));
        }

        question.Done();
    }

    /// <summary>Waits before the next attempt.</summary>
    private void Rest(long nowNs, ref Act act)
    {
        _successesInARow = 0;
        _lastFailureNs = nowNs;
        if (nowNs < RetryNs)
        {
            return; // fails in the same volley as the one that began this wait
        }

        _failuresInARow++;
        long pauseNs = BackOff.OfTarget.WaitNs(_failuresInARow, ref act.Random);
        RetryNs = nowNs + pauseNs;
        Counters counters = act.Counters(Role.Client);
        counters[Counter.Pauses]++;
        counters[Counter.PausedNs] += pauseNs;
    }

    private readonly int Window(int inFlightMax) =>
        _failuresInARow > 0 && _successesInARow == 0 ? 1 : Math.Min(inFlightMax, WindowAtStart + _successesInARow);
}
