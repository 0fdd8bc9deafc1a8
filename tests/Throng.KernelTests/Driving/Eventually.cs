using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Waiting for what has to come true.</summary>
internal static class Eventually
{
    /// <summary>
    /// Asks again and again. No test says how soon: on a busy machine everything takes longer, and the limit is only
    /// there to end what hangs.
    /// </summary>
    public static void Holds(Func<bool> holds, Func<string> story, int everyMs = 5)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, $"not within {Patience}: {story()}");
            Thread.Sleep(everyMs);
        }
    }

    /// <summary>Longer than anything that a test waits for takes, also on a busy machine.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);
}
