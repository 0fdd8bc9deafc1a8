using Throng.Linux;

namespace Throng.KernelTests;

/// <summary>Completions of a ring, copied out.</summary>
internal static unsafe class Completions
{
    /// <summary>Takes the oldest and gives their places back to the kernel; returns how many there were.</summary>
    internal static int Take(Ring ring, Span<io_uring_cqe> completions)
    {
        uint count = Math.Min(ring.CqReady, (uint)completions.Length);
        for (uint i = 0; i < count; i++)
        {
            completions[(int)i] = *ring.CqAt(i);
        }

        ring.Advance(count);
        return (int)count;
    }
}
