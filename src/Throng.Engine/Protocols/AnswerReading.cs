using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// Where a connection stands within the answer it is receiving: 12 bytes that the protocol views as a struct of its
/// own. Zero for a new connection.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = Size)]
public struct AnswerReading
{
    public const int Size = 12;

    private int _first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T As<T>(ref AnswerReading reading)
        where T : unmanaged
    {
        Check.That(Unsafe.SizeOf<T>() <= Size, "the state of reading an answer is at most 12 bytes");
        return ref Unsafe.As<int, T>(ref reading._first);
    }
}
