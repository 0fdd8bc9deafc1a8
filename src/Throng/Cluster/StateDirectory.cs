using Throng.Engine;

namespace Throng;

/// <summary>The directory of an agent in which results outlive it.</summary>
internal static class StateDirectory
{
    private const string OfRoot = "/var/lib/throng";

    /// <summary>Makes it, for its owner alone.</summary>
    /// <param name="typed">Where it was asked to be; empty: where such things are.</param>
    /// <exception cref="SetupException">It cannot be made or written to.</exception>
    public static string Make(string typed, string agent)
    {
        string parent = typed.Length > 0 ? typed
            : Environment.IsPrivilegedProcess ? OfRoot
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
                ? Path.Combine(home, "throng")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/state/throng");
        string path = Path.Combine(parent, $"agent-{agent}");
        try
        {
            _ = Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string trial = Path.Combine(path, ".trial");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"results cannot be kept in {path}: {Reason.Describe(failure)}",
                "choose another directory with --state");
        }
    }
}
