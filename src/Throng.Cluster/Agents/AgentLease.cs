namespace Throng.Cluster;

/// <summary>
/// An agent's word that it is there, on which its parts of one run go on. It is a key that the agent writes again and
/// again, each time over its own value: as long as that works nobody has given the agent up, because who does so writes
/// over the key too. What is certain holds from the moment at which the put left, and for <see cref="LengthNs"/>.
/// Whatever else stands there means that it is given up.
/// </summary>
internal sealed class AgentLease(IBus bus, string run, string agent, DateTimeOffset started, Func<long> nextId)
{
    /// <summary>A part goes on for so long after the last moment at which it was certain that it may: shorter than the
    /// silence after which an agent is given up.</summary>
    public const long LengthNs = 2_500_000_000;

    private const long EveryNs = 500_000_000;

    private readonly string _key = ClusterProtocol.LeaseKey(run, agent);

    /// <summary>Nothing of this life of the agent has been written yet: what is there says nothing of it.</summary>
    private bool _isFresh = true;
    private ulong? _seen;
    private long _askedId;
    private long _sentNs;
    private long _nextNs = long.MinValue;

    /// <summary>When nobody had given it up for certain; long.MinValue: never.</summary>
    public long CertainNs { get; private set; } = long.MinValue;

    /// <summary>Somebody has given it up since this was asked last.</summary>
    public bool TakeGivenUp()
    {
        bool isGivenUp = _isGivenUp;
        _isGivenUp = false;
        return isGivenUp;
    }

    private bool _isGivenUp;

    /// <summary>Lets time pass while parts of the run are here.</summary>
    public void Tick(long nowNs)
    {
        if (_askedId != 0 || nowNs < _nextNs)
        {
            return;
        }

        (_askedId, _sentNs, _nextNs) = (nextId(), nowNs, nowNs + EveryNs);
        if (_seen is { } revision)
        {
            LeaseHold hold = new() { Agent = agent, AgentStarted = started, AtNs = nowNs };
            bus.Put(_askedId, Bucket.Plans, _key, ClusterJson.Write(hold), revision);
        }
        else
        {
            bus.Get(_askedId, Bucket.Plans, _key);
        }
    }

    /// <summary>Takes an outcome; false for one that belongs to something else.</summary>
    public bool Take(Stored stored, long nowNs)
    {
        if (stored.Id != _askedId)
        {
            return false;
        }

        _askedId = 0;
        if (stored.Outcome == PutOutcome.Done)
        {
            (_seen, _isFresh, CertainNs) = (stored.Revision, false, Math.Max(CertainNs, _sentNs));
        }
        else
        {
            (_seen, _nextNs) = (null, nowNs); // it is read what is there
            Tick(nowNs);
        }

        return true;
    }

    /// <summary>Takes what was read; false for what belongs to something else.</summary>
    public bool Take(Found found, long nowNs)
    {
        if (found.Id != _askedId)
        {
            return false;
        }

        _askedId = 0;
        if (!found.IsUnknown)
        {
            bool isOurs = found.Data is { } data && ClusterJson.TryRead(data, out LeaseHold? hold)
                && !hold.IsGivenUp && hold.AgentStarted == started;
            _isGivenUp |= !isOurs && !_isFresh;
            _isFresh |= !isOurs;
            (_seen, _nextNs) = (found.Data is null ? 0 : found.Revision, nowNs);
            Tick(nowNs);
        }

        return true;
    }
}
