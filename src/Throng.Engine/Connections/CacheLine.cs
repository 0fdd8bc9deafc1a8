using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Throng.Engine;

/// <summary>Hint to the processor about memory, where it takes one.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Has a cache line fetched that is read or written soon; never faults, changes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(ref T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }
}
