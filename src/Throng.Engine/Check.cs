using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>
/// Assertions kept in release: a broken invariant means the figures can no longer be trusted, so the process ends.
/// A test may catch <see cref="BrokenInvariantException"/>; the program does not.
/// </summary>
public static class Check
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That([DoesNotReturnIf(false)] bool holds, string invariant)
    {
        if (!holds)
        {
            Fail(invariant);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(string invariant) => throw new BrokenInvariantException(invariant);
}

/// <summary>A programmer's error: names the invariant that does not hold.</summary>
public sealed class BrokenInvariantException(string invariant) : Exception($"invariant broken: {invariant}");
