using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The last response times of one connection that were good, in µs, for their median.</summary>
internal struct RecentResponses
{
    private const int Kept = 9;

    private Window _us;
    private byte _count;
    private byte _next;

    public void Note(long ns)
    {
        _us[_next] = (uint)Math.Min(uint.MaxValue, ns / Ns.Microsecond);
        _next = (byte)((_next + 1) % Kept);
        _count = (byte)Math.Min(Kept, _count + 1);
    }

    /// <summary>0 as long as there was none.</summary>
    public readonly long MedianNs()
    {
        if (_count == 0)
        {
            return 0;
        }

        Window sorted = _us;
        Span<uint> us = ((Span<uint>)sorted)[.._count];
        us.Sort();
        return us[_count / 2] * Ns.Microsecond;
    }

    [InlineArray(Kept)]
    private struct Window
    {
        private uint _first;
    }
}
