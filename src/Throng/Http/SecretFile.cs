using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>Files with a secret: who else may have had a hand in them.</summary>
public static class SecretFile
{
    private const UnixFileMode OfAll = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Refuses what is there and no file: a device may have no end, and a pipe nobody who writes.</summary>
    /// <param name="option">Whose it is.</param>
    /// <exception cref="SetupException">It is no file.</exception>
    public static void RefuseSpecial(string path, string option)
    {
        if (Files.IsSpecial(path))
        {
            throw new SetupException($"{option} {Text.Plain(path)} is no regular file", "name another file");
        }
    }

    /// <summary>Refuses a file that others can read or write, or have put there: it is no secret.</summary>
    /// <param name="option">Whose it is.</param>
    /// <param name="isSharedByGroup">Its group may read it, as that of a host's keys does.</param>
    /// <exception cref="SetupException">It is no secret.</exception>
    public static void RefuseOpen(string path, string option, bool isSharedByGroup)
    {
        string said = Text.Plain(path);
        if (Files.Owner(path, out uint owner) == 0 && owner != 0 && owner != Files.OwnUser())
        {
            throw new SetupException(
                $"{option} {said}: it is another user's, who knows what is in it", "use a file of your own");
        }

        UnixFileMode refused = isSharedByGroup ? OfAll : OfAll | UnixFileMode.GroupRead;
        if ((File.GetUnixFileMode(path) & refused) != 0)
        {
            throw new SetupException(
                $"{option} {said}: others than its owner can read or write it",
                $"chmod {(isSharedByGroup ? "640" : "600")} {said}");
        }
    }
}
