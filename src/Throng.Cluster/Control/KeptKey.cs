namespace Throng.Cluster;

/// <summary>
/// A key that is to hold a value, whatever becomes of a single put: one that failed may be written all the same, and
/// late. Each put is over the revision that was read before, so that a late one cannot overwrite a later value, and
/// after one that failed the key is read again.
/// </summary>
/// <param name="isLater">Whether a value is that of somebody who is to write here from now on; null: nobody is.</param>
internal sealed class KeptKey(
    IBus bus, Bucket bucket, string key, Func<long> nextId, Func<ReadOnlyMemory<byte>, bool>? isLater = null)
{
    /// <summary>An election takes 4 to 7 s: it is tried for so long.</summary>
    private const long TryMaxNs = 15_000_000_000;

    private const long TryAgainNs = 250_000_000;

    private byte[] _value = [];
    private byte[] _put = [];
    private long _askedId;
    private ulong? _seen;
    private long _sinceNs;
    private long _nextNs;

    /// <summary>The value is not known to be there yet, and is still tried.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>It could not be written in time.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>Somebody else writes here from now on.</summary>
    public bool IsOvertaken { get; private set; }

    /// <summary>The revision of the value, once it is there; 0 before.</summary>
    public ulong Revision { get; private set; }

    /// <summary>Writes a value; a later one takes the place of one that is still tried.</summary>
    public void Write(byte[] value, long nowNs)
    {
        (_value, IsWriting, IsFailed, _sinceNs, _nextNs) = (value, true, false, nowNs, nowNs);
        Tick(nowNs);
    }

    /// <summary>Lets time pass.</summary>
    public void Tick(long nowNs)
    {
        if (IsWriting && nowNs - _sinceNs >= TryMaxNs)
        {
            (IsWriting, IsFailed) = (false, true);
        }
        else if (IsWriting && _askedId == 0 && nowNs >= _nextNs)
        {
            _askedId = nextId();
            if (_seen is { } revision)
            {
                _put = _value;
                bus.Put(_askedId, bucket, key, _put, revision);
            }
            else
            {
                bus.Get(_askedId, bucket, key);
            }
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
            Know(stored.Revision, isOurs: ReferenceEquals(_put, _value));
        }
        else
        {
            (_seen, _nextNs) = (null, nowNs + TryAgainNs);
        }

        Tick(nowNs);
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
        if (found.IsUnknown)
        {
            _nextNs = nowNs + TryAgainNs;
        }
        else if (found.Data is { } there && isLater?.Invoke(there) == true)
        {
            (IsOvertaken, IsWriting, IsFailed) = (true, false, true);
        }
        else
        {
            bool isOurs = found.Data is { } data && data.Span.SequenceEqual(_value);
            Know(found.Data is null ? 0 : found.Revision, isOurs);
        }

        Tick(nowNs);
        return true;
    }

    /// <summary>Goes on from a value that was written here otherwise.</summary>
    public void Adopt(byte[] value, ulong revision) =>
        (_value, _put, _seen, Revision, IsWriting, IsFailed) = (value, value, revision, revision, false, false);

    private void Know(ulong revision, bool isOurs)
    {
        _seen = revision;
        if (isOurs)
        {
            (Revision, IsWriting, IsFailed) = (revision, false, false);
        }
    }
}
