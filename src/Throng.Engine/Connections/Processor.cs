using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Throng.Engine;

/// <summary>Hints to the processor, where it takes them.</summary>
internal static unsafe class Processor
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
