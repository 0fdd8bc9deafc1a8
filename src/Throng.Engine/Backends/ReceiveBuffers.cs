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

    private const uint Entries = 2048;
    private const int AtStart = 64;

    private readonly BufferPool _pool;
    private readonly BufferRing _ring;
    private readonly int _most;
    private int _wanted;
    private int _posted;
    private bool _isExhausted;

    /// <exception cref="SetupException">The kernel refuses.</exception>
    public ReceiveBuffers(Ring ring, BufferPool pool)
    {
        Check.That(pool.Capacity <= ushort.MaxValue, "a buffer's number fits the 16 bits the kernel hands back");
        _pool = pool;
        _most = Math.Min((int)Entries, pool.Capacity / 2); // the other half is for what is sent
        _wanted = Math.Min(AtStart, _most);
        int result = BufferRing.Create(ring, Entries, Group, out BufferRing? buffers);
        _ring = buffers ?? throw new SetupException(
            $"cannot register a ring of buffers: {Errno.Text(result)}", "use --engine epoll", -result);
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
            _wanted = Math.Min(_wanted * 2, _most);
        }

        int before = _posted;
        while (_posted < _wanted)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                break;
            }

            _ring.Add(_pool.At(buffer), BufferPool.BufferBytes, (ushort)buffer);
            _posted++;
        }

        if (_posted > before)
        {
            _ring.Publish();
        }

        return _posted > 0;
    }

    public void Dispose() => _ring.Dispose();
}
