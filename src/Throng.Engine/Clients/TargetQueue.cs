using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The targets of one worker, and when the next connect may begin and to whom: at once while some target is ready and
/// the limits allow; at a time, when the rate or a resting target says so; never, while only an outcome can change
/// anything. Owner: the worker's thread. Invariant: a target that may have a connection stands in exactly one list.
/// </summary>
/// <param name="sharers">Workers that connect to these targets: the limit per target is divided among them.</param>
/// <param name="periodNs">Time between two connects of this worker; 0 for no limit.</param>
internal sealed class TargetQueue(int targets, int sharers, long periodNs, long nowNs)
{
    private const int InFlightPerWorker = 128;

    /// <summary>Connects to one target that may be under way at a time, over all workers.</summary>
    public const int InFlightPerTarget = 64;

    /// <summary>How far behind the rate's schedule connects may catch up.</summary>
    private const long CatchUpNs = 10 * Ns.Millisecond;

    /// <summary>How long a target rests when there was no port or no room for it.</summary>
    private const long NoRoomRestNs = Ns.Second;

    private readonly TargetState[] _targets = new TargetState[targets];
    private readonly int _inFlightPerTarget = Math.Max(1, InFlightPerTarget / sharers);

    /// <summary>Targets that want a connection and may have one, each at most once, served in turn.</summary>
    private readonly Queue<int> _ready = new(targets);

    /// <summary>Targets that want one but must wait.</summary>
    private readonly List<int> _resting = new(targets);
    private long _restUntilNs = long.MaxValue;
    private long _nextByRateNs = nowNs;
    private int _connecting;

    public int Count => _targets.Length;

    /// <summary>Over all targets: wanted, and open and meant to stay so.</summary>
    public long Wanted { get; private set; }

    public long Open { get; private set; }

    public ref TargetState this[int target] => ref _targets[target];

    /// <summary>When <see cref="TryNext"/> is next worth asking; long.MaxValue: after an outcome.</summary>
    public long NextNs => _connecting >= InFlightPerWorker ? long.MaxValue
        : _ready.Count > 0 ? _nextByRateNs
        : _restUntilNs;

    public void Tell(ref Act act, Question question) => TargetState.TellAll(ref act, _targets, question);

    /// <summary>A target to connect to now.</summary>
    public bool TryNext(long nowNs, out int target)
    {
        if (_restUntilNs <= nowNs)
        {
            WakeRested(nowNs);
        }

        while (_nextByRateNs <= nowNs && _connecting < InFlightPerWorker && _ready.TryDequeue(out target))
        {
            ref TargetState one = ref _targets[target];
            one.IsListed = false;
            if (one.RetryNs <= nowNs && one.MayConnect(_inFlightPerTarget))
            {
                return true;
            }

            Consider(target, nowNs);
        }

        target = -1;
        return false;
    }

    public void OnStarted(int target, long nowNs)
    {
        _connecting++;
        _targets[target].Connecting++;
        _nextByRateNs = Math.Max(_nextByRateNs, nowNs - CatchUpNs) + periodNs;
        Consider(target, nowNs);
    }

    /// <summary>There was no port or no slot for it.</summary>
    public void OnNoRoom(int target, long nowNs)
    {
        _targets[target].Failed++;
        _targets[target].RetryNs = nowNs + NoRoomRestNs;
        Consider(target, nowNs);
    }

    public void OnOpened(int target, long nowNs)
    {
        _connecting--;
        Open++;
        _targets[target].OnOpened(nowNs);
        Consider(target, nowNs);
    }

    public void OnConnectFailed(int target, bool isOwn, long nowNs, ref Act act)
    {
        _connecting--;
        _targets[target].Connecting--;
        if (!isOwn)
        {
            _targets[target].OnConnectFailed(nowNs, ref act);
        }

        Consider(target, nowNs);
    }

    /// <summary>Whether the connection just opened takes the place of a lost one; it then does so once.</summary>
    public bool TakeReplaced(int target)
    {
        ref TargetState one = ref _targets[target];
        bool replaces = one.ToReplace > 0;
        one.ToReplace -= replaces ? 1 : 0;
        return replaces;
    }

    /// <summary>One is being closed by our own choice and no longer counts.</summary>
    public void OnLeft(int target, long nowNs)
    {
        Open--;
        _targets[target].Open--;
        Consider(target, nowNs);
    }

    /// <param name="wasOfUse">It had had an answer, or was closed in order while it was idle.</param>
    public void OnLost(int target, bool wasOfUse, long ageNs, long nowNs, ref Act act)
    {
        Open--;
        _targets[target].OnLost(wasOfUse, nowNs, ageNs, ref act);
        Consider(target, nowNs);
    }

    /// <summary>One has gone that is not missed until <see cref="OnNeeded"/> says so.</summary>
    public void OnRested(int target)
    {
        Open--;
        _targets[target].Open--;
        _targets[target].Resting++;
    }

    public void OnNeeded(int target, long nowNs)
    {
        _targets[target].Resting--;
        Consider(target, nowNs);
    }

    public void Want(int target, int connections, long nowNs)
    {
        _targets[target].Resting = 0;
        Wanted += connections - _targets[target].Wanted;
        _targets[target].Wanted = connections;
        Consider(target, nowNs);
    }

    /// <summary>
    /// Lists a target that wants a connection, if it may have one; called whenever either may have changed.
    /// </summary>
    public void Consider(int target, long nowNs)
    {
        ref TargetState one = ref _targets[target];
        if (one.IsListed || !one.MayConnect(_inFlightPerTarget))
        {
            return;
        }

        one.IsListed = true;
        if (one.RetryNs <= nowNs)
        {
            _ready.Enqueue(target);
        }
        else
        {
            _resting.Add(target);
            _restUntilNs = Math.Min(_restUntilNs, one.RetryNs);
        }
    }

    private void WakeRested(long nowNs)
    {
        _restUntilNs = long.MaxValue;
        int kept = 0;
        for (int i = 0; i < _resting.Count; i++)
        {
            int target = _resting[i];
            if (_targets[target].RetryNs <= nowNs)
            {
                _ready.Enqueue(target);
            }
            else
            {
                _resting[kept++] = target;
                _restUntilNs = Math.Min(_restUntilNs, _targets[target].RetryNs);
            }
        }

        _resting.RemoveRange(kept, _resting.Count - kept);
    }
}
