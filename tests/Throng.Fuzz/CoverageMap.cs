using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Throng.Fuzz;

/// <summary>
/// Counts of the ways that instrumented code went, from one place to the next, as AFL has them. Code that is not
/// instrumented leaves it empty.
/// </summary>
internal sealed unsafe class CoverageMap : IDisposable
{
    private const int Places = 1 << 16;

    private readonly byte[] _seen = new byte[Places];
    private byte* _now = (byte*)NativeMemory.AllocZeroed(Places);

    public CoverageMap() => Trace.SharedMem = _now;

    /// <summary>Ways that some input has gone.</summary>
    public int Ways { get; private set; }

    public void Clear()
    {
        Trace.PrevLocation = 0;
        new Span<byte>(_now, Places).Clear();
    }

    /// <summary>Whether the input went a way that none before it did, or much more often.</summary>
    public bool Learn()
    {
        bool isNew = false;
        Span<byte> rest = new(_now, Places);
        for (int at = 0; rest[at..].IndexOfAnyExcept((byte)0) is >= 0 and int gap; at++)
        {
            at += gap;
            byte bit = BitOf(rest[at]);
            if ((_seen[at] & bit) == 0)
            {
                isNew = true;
                Ways += _seen[at] == 0 ? 1 : 0;
                _seen[at] |= bit;
            }

            if (at == Places - 1)
            {
                break;
            }
        }

        return isNew;
    }

    public void Dispose()
    {
        Trace.SharedMem = null;
        NativeMemory.Free(_now);
        _now = null;
    }

    private static byte BitOf(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
