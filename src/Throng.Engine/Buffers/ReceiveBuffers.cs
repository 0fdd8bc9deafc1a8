using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The buffers a ring's receives pick from: few at first, doubled each time a burst finds none, so that a worker with
/// idle connections keeps the memory it does not need. A buffer's id is its number in the pool.
/// Owner: the worker's thread.
/// </summary>
internal sealed unsafe class ReceiveBuffers : IDisposable
{
    public const ushort Group = 0;

    public const uint Entries = 2048;
    private const int AtStart = 16;

    private readonly BufferPool _pool;
    private readonly BufferRing _ring;
    private int _wanted;
    private int _posted;
    private bool _isExhausted;

    public ReceiveBuffers(BufferRing ring, BufferPool pool)
    {
        Check.That(pool.Capacity <= ushort.MaxValue, "a buffer's number fits the 16 bits the kernel hands back");
        _pool = pool;
        _ring = ring;
        _wanted = Math.Clamp((pool.Capacity / 2) - pool.SetAside, 1, AtStart);
        pool.SetAside += _wanted;
        Replenish();
    }

    /// <summary>The kernel put bytes into one: it is the caller's now.</summary>
    public void OnTaken() => _posted--;

    /// <summary>A receive found none; however many did in one turn, the number doubles once.</summary>
    public void OnExhausted() => _isExhausted = true;

    /// <summary>Puts back as many as were taken, as far as the pool has them; false when it has none left.</summary>
    public bool Replenish()
    {
        if (_isExhausted)
        {
            _isExhausted = false;
            int more = Math.Min((int)Entries - _wanted, Math.Min(_wanted, (_pool.Capacity / 2) - _pool.SetAside));
            _pool.SetAside += Math.Max(0, more);
            _wanted += Math.Max(0, more);
        }

        int before = _posted;
        while (_posted < _wanted)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                break;
            }

            _ring.Add(_pool.At(buffer), (uint)_pool.BytesEach, (ushort)buffer);
            _posted++;
        }

        if (_posted > before)
        {
            _ring.Publish();
        }

        return _posted > 0;
    }

    public void Dispose()
    {
        _pool.SetAside -= _wanted;
        _ring.Dispose();
    }
}
