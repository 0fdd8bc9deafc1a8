using System.Runtime.CompilerServices;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Compares text with a file in Golden/. After a change that is meant: run the tests once with THRONG_GOLDEN=update,
/// read the difference in git, commit it.
/// </summary>
internal static class GoldenFile
{
    public static void Match(string name, string actual, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, "..", "Golden", name);
        if (Environment.GetEnvironmentVariable("THRONG_GOLDEN") == "update")
        {
            File.WriteAllText(path, actual);
        }

        string copy = Path.Combine(AppContext.BaseDirectory, "Golden", name);
        Assert.Equal(File.ReadAllText(File.Exists(path) ? path : copy), actual);
    }
}
