using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests.EndToEnd;

/// <summary>Waiting for what has to come true soon.</summary>
internal static class Eventually
{
    /// <summary>Asks again and again; the time it took. Fails when it takes longer than it may.</summary>
    public static TimeSpan Holds(int withinMs, Func<bool> holds, Func<string> story, int everyMs = 5)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            TimeSpan asked = clock.Elapsed;
            if (holds())
            {
                return asked;
            }

            Assert.True(asked.TotalMilliseconds < withinMs, $"not within {withinMs} ms: {story()}");
            Thread.Sleep(everyMs);
        }
    }
}
