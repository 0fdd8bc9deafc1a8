namespace Throng.Engine;

/// <summary>
/// Failures on their way from one worker to the sampler, which takes them four times a second: room for 65,000 a
/// second. The worker writes, the sampler reads, and neither waits: what finds the ring full is counted. Its memory, 2
/// MiB, is taken when the first connection fails.
/// </summary>
internal sealed class FailureRing
{
    public const int Capacity = 1 << 14;

    private FailedConnection[]? _entries;
    private long _written;
    private long _taken;
    private long _dropped;

    /// <summary>Failures that found no room; for any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The sampler's side: failures that wait.</summary>
    public int Waiting => (int)(Volatile.Read(ref _written) - _taken);

    /// <summary>The sampler's side: the oldest of those that wait.</summary>
    public ref readonly FailedConnection First => ref _entries![_taken % Capacity];

    /// <summary>The worker's side.</summary>
    public void Add(in FailedConnection failure)
    {
        if (_written - Volatile.Read(ref _taken) == Capacity)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return;
        }

        _entries ??= new FailedConnection[Capacity];
        _entries[_written % Capacity] = failure;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>The sampler's side: done with the oldest.</summary>
    public void Take() => Volatile.Write(ref _taken, _taken + 1);
}
