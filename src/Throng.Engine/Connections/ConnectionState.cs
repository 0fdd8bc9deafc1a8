using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// The workload's half of the hot record: 32 bytes the engine never reads. A workload views them as a struct of its
/// own; they are zero when a connection is handed out.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ConnectionState
{
    public const int Size = 32;

    [FieldOffset(0)] private ulong _first;

    /// <summary>These bytes as <typeparamref name="T"/>, at most 32 of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T As<T>(ref ConnectionState state)
        where T : unmanaged
    {
        Check.That(Unsafe.SizeOf<T>() <= Size, "a workload's state is at most 32 bytes");
        return ref Unsafe.As<ulong, T>(ref state._first);
    }
}
