using Xunit;

namespace Throng.Tests;

/// <summary>
/// What a test needs beyond the program. Where it is missing the test is skipped with the reason; in CI
/// (THRONG_CI=1), where <c>.ci/run</c> installs it, its absence is a failure.
/// </summary>
internal static class Needs
{
    private static bool IsInCi => Environment.GetEnvironmentVariable("THRONG_CI") == "1";

    /// <summary>A program on the PATH.</summary>
    internal static void Tool(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        bool has = folders.Any(folder => File.Exists(Path.Combine(folder, name)));
        Ours(has, IsInCi, $"needs {name}");
    }

    /// <summary>One case of a suite has nothing to test.</summary>
    internal static void Case(bool applies, string reason) => Assert.SkipUnless(applies, reason);

    internal static void Ours(bool has, bool isInCi, string reason)
    {
        Assert.False(isInCi && !has, reason);
        Assert.SkipUnless(has, reason);
    }
}
