namespace Throng.Engine;

public enum TraceKind : byte
{
    None = 0,
    Connecting,
    Opened,
    Accepted,
    Received,
    Sent,
    PeerFinished,
    Refused,
    Closed,
}

/// <summary>One thing that happened to one connection; 32 bytes.</summary>
public readonly record struct TraceRecord(long AtNs, Handle Connection, int Value, TraceKind Kind);

/// <summary>
/// Records that `debug` shows: the worker writes them into a ring, the sampler takes them out and prints them. While
/// tracing is off a write is one predictable branch; a record that finds the ring full is counted instead. One writer
/// (the worker), one reader (the sampler).
/// </summary>
public sealed class Trace
{
    private const int Capacity = 8192;

    private TraceRecord[]? _ring;
    private long _written;
    private long _read;
    private long _dropped;
    private long _droppedTold;

    /// <summary>Worker's thread only.</summary>
    internal void Turn(bool on) => _ring = on ? _ring ?? new TraceRecord[Capacity] : null;

    internal void Write(TraceKind kind, Handle connection, int value, long nowNs)
    {
        if (_ring is { } ring)
        {
            Append(ring, new TraceRecord(nowNs, connection, value, kind));
        }
    }

    private void Append(TraceRecord[] ring, in TraceRecord record)
    {
        if (_written - Volatile.Read(ref _read) == Capacity)
        {
            _dropped++;
            return;
        }

        ring[_written % Capacity] = record;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>The sampler's side: one record, if there is one.</summary>
    public bool TryRead(out TraceRecord record)
    {
        TraceRecord[]? ring = Volatile.Read(ref _ring);
        if (ring is null || _read == Volatile.Read(ref _written))
        {
            record = default;
            return false;
        }

        record = ring[_read % Capacity];
        Volatile.Write(ref _read, _read + 1);
        return true;
    }

    /// <summary>The sampler's side: how many records did not fit since it asked last.</summary>
    public long TakeDropped()
    {
        long dropped = Volatile.Read(ref _dropped);
        long since = dropped - _droppedTold;
        _droppedTold = dropped;
        return since;
    }
}
