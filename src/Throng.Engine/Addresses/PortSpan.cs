using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The source ports one worker may use, in ascending order unless they are shuffled: the host's ephemeral range (or one
/// given) without the reserved ports, cut into one contiguous piece per worker when workers share targets.
/// </summary>
public sealed class PortSpan
{
    private readonly ushort[] _ports;

    /// <summary>The first port, when all are in ascending order without gaps; else -1.</summary>
    private readonly int _rowFrom;

    /// <summary>For each port there is, one more than its index, or 0; none for a row.</summary>
    private readonly ushort[] _places = [];

    /// <summary>Every port that there is.</summary>
    public static PortSpan All { get; } = From(0, ushort.MaxValue);

    private PortSpan(ushort[] ports)
    {
        _ports = ports;
        _rowFrom = ports.Length > 0 ? ports[0] : -1;
        for (int at = 1; at < ports.Length && _rowFrom >= 0; at++)
        {
            _rowFrom = ports[at] == ports[at - 1] + 1 ? _rowFrom : -1;
        }

        if (_rowFrom < 0 && ports.Length > 0)
        {
            _places = new ushort[ushort.MaxValue + 1];
            for (int at = 0; at < ports.Length; at++)
            {
                _places[ports[at]] = (ushort)(at + 1);
            }
        }
    }

    public int Count => _ports.Length;

    public ushort this[int index] => _rowFrom < 0 ? _ports[index] : (ushort)(_rowFrom + index);

    /// <summary>The index of a port of this span; negative for any other port.</summary>
    public int IndexOf(ushort port) => _places.Length > 0 ? _places[port] - 1
        : port < _rowFrom || port - _rowFrom >= Count ? -1
        : port - _rowFrom;

    /// <param name="first">First port of the range, inclusive.</param>
    /// <param name="last">Last port of the range, inclusive; up to 65535.</param>
    /// <param name="isReserved">Ports to leave out.</param>
    public static PortSpan From(int first, int last, Func<int, bool>? isReserved = null)
    {
        List<ushort> ports = new(Math.Max(0, last - first + 1));
        for (int port = first; port <= last; port++)
        {
            if (isReserved is null || !isReserved(port))
            {
                ports.Add((ushort)port);
            }
        }

        return new PortSpan([.. ports]);
    }

    /// <summary>
    /// The ports at an odd distance from the first of the range. The kernel's own search for the port of a connect
    /// begins with the even ones, so that these leave it what it looks at first.
    /// </summary>
    public PortSpan EverySecond(int first) =>
        From(_ports[0], _ports[^1], port => ((port - first) & 1) == 0 || IndexOf((ushort)port) < 0);

    /// <summary>The same ports in a random order, which the seed decides.</summary>
    public PortSpan Shuffled(ulong seed)
    {
        ushort[] ports = [.. _ports];
        Prng random = new(seed);
        for (int left = ports.Length; left > 1; left--)
        {
            int other = (int)random.NextInRange(0, left - 1);
            (ports[left - 1], ports[other]) = (ports[other], ports[left - 1]);
        }

        return new PortSpan(ports);
    }

    /// <summary>
    /// The piece of worker <paramref name="part"/> of <paramref name="parts"/>; the pieces cover the span, and the
    /// first ones are larger by one where they cannot be alike.
    /// </summary>
    public PortSpan Slice(int part, int parts)
    {
        (int each, int larger) = Math.DivRem(_ports.Length, parts);
        int from = (part * each) + Math.Min(part, larger);
        int to = from + each + (part < larger ? 1 : 0);
        return new PortSpan(_ports[from..to]);
    }
}
