using System.Numerics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The ports of an interface's queues, one for each worker, and a ring from each worker to each other one. A queue is
/// looked after until the last worker has ended, whosever it is.
/// </summary>
internal sealed class SharedPorts : IDisposable
{
    /// <summary>Bytes of all rings to one worker, as far as rings are not too small then.</summary>
    private const int InboundBytes = 2 << 20;
    private const int RingBytesMin = 64 << 10;

    /// <summary>How long an ended worker waits at most before it looks whether the others have ended.</summary>
    private const long RelayWaitNs = 100 * Ns.Millisecond;
    private const int FramesPerTake = 64;

    private readonly SharedPort[] _ports;

    /// <summary>Rings by giver and taker.</summary>
    private readonly FrameRing?[] _rings;
    private int _ended;

    /// <param name="ports">One for each queue; they stay the caller's.</param>
    public SharedPorts(IReadOnlyList<IFramePort> ports, FrameOwners owners)
    {
        Owners = owners;
        RingBytes = RingBytesFor(ports.Count);
        _ports = new SharedPort[ports.Count];
        _rings = new FrameRing?[ports.Count * ports.Count];
        for (int number = 0; number < _ports.Length; number++)
        {
            _ports[number] = new SharedPort(ports[number], this, number);
            for (int other = 0; other < _ports.Length; other++)
            {
                _rings[(number * Count) + other] = other != number ? new FrameRing(RingBytes) : null;
            }
        }
    }

    public int Count => _ports.Length;

    public FrameOwners Owners { get; }

    /// <summary>Bytes of one ring.</summary>
    public int RingBytes { get; }

    public SharedPort this[int number] => _ports[number];

    /// <summary>Ring of the frames that one worker hands to another.</summary>
    public FrameRing Ring(int from, int to) => _rings[(from * Count) + to]!;

    /// <summary>Bytes of all rings to one worker where there are so many queues.</summary>
    public static long InboundBytesFor(int queues) => (queues - 1L) * RingBytesFor(queues);

    private static int RingBytesFor(int queues) => Math.Max(
        RingBytesMin, InboundBytes / (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, queues - 1)));

    /// <summary>
    /// Looks after a queue whose worker has ended, on that worker's thread, until all have: hands over what is the
    /// others', answers for the link, and drops the rest.
    /// </summary>
    public void Relay(int number, ILink link)
    {
        SharedPort port = _ports[number];
        _ = Interlocked.Increment(ref _ended);
        foreach (SharedPort other in _ports)
        {
            other.Wake();
        }

        ArrivedFrame[] arrived = new ArrivedFrame[FramesPerTake];
        while (Volatile.Read(ref _ended) < Count)
        {
            int count = port.Receive(arrived);
            foreach (ref readonly ArrivedFrame frame in arrived.AsSpan(0, count))
            {
                _ = link.Strip(port.BytesOf(frame));
                port.Return(frame);
            }

            port.Wait(count > 0 ? 0 : port.NowNs() + RelayWaitNs);
        }
    }

    public void Dispose()
    {
        foreach (FrameRing? ring in _rings)
        {
            ring?.Dispose();
        }
    }
}
