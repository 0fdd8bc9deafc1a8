using Throng.Linux;
using Xunit;

namespace Throng.Testing;

/// <summary>
/// Requirements of a test beyond the program. Where a requirement is missing the test is skipped with the reason; in CI
/// (THRONG_CI=1), where <c>.ci/run</c> installs it, its absence is a failure.
/// </summary>
internal static class Needs
{
    private static readonly Lazy<RingSupport> Rings = new(RingSupport.Probe);

    private static bool IsInCi => Environment.GetEnvironmentVariable("THRONG_CI") == "1";

    /// <summary>The full suite: the test loads the machine or takes long.</summary>
    internal static void Full() => Assert.SkipUnless(Suite.IsFull, "runs with THRONG_TESTS=full");

    /// <summary>One case of a suite has nothing to test.</summary>
    internal static void Case(bool applies, string reason) => Assert.SkipUnless(applies, reason);

    /// <summary>A program on the PATH.</summary>
    internal static void Tool(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        bool has = folders.Any(folder => System.IO.File.Exists(Path.Combine(folder, name)));
        Ours(has, $"needs {name}");
    }

    /// <summary>A message system (Debian's package nats-server).</summary>
    internal static void NatsServer() => Tool("nats-server");

    /// <summary>
    /// Chromium. It is large: where it could not be fetched in time, <c>.ci/run</c> says so in THRONG_NO_BROWSER.
    /// </summary>
    internal static void Browser()
    {
        string missing = Environment.GetEnvironmentVariable("THRONG_NO_BROWSER") ?? "";
        if (missing.Length > 0)
        {
            Host(has: false, missing);
        }

        Tool("chromium");
    }

    /// <summary>A C toolchain, with which the build has linked the native program.</summary>
    internal static void Toolchain(bool hasLinked) => Ours(
        hasLinked, "needs clang or gcc, and libc6-dev: the native program was not built, the managed one is tested");

    /// <summary>A file that a step before the tests leaves.</summary>
    internal static void File(string path) => Ours(System.IO.File.Exists(path), $"needs {path}");

    internal static void Root() => Ours(Environment.IsPrivilegedProcess, "needs root");

    /// <summary>An io_uring that the engine can use; kernel and filters decide, so CI too may lack it.</summary>
    internal static void Uring() => Host(Rings.Value.Works, Rings.Value.Reason);

    /// <summary>Something only the host's kernel or its owner decides: skipped in CI too.</summary>
    internal static void Host(bool has, string reason) => Assert.SkipUnless(has, reason);

    private static void Ours(bool has, string reason) => Ours(has, IsInCi, reason);

    internal static void Ours(bool has, bool isInCi, string reason)
    {
        Assert.False(isInCi && !has, reason);
        Assert.SkipUnless(has, reason);
    }
}
