using System.Text.Json;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Record needed to take changes back: the values before, verbatim, and where they held. Written before the first
/// change is made, so that whatever happens to the program afterwards, the values before are known.
/// </summary>
public sealed record TuningUndo(TuningPlace Place, DateTimeOffset MadeAt, IReadOnlyList<Change> Changes)
{
    private const string Schema = "throng.undo/1";

    /// <summary>Reads a file; null when there is none.</summary>
    /// <exception cref="SetupException">It cannot be read, or is no undo file.</exception>
    public static TuningUndo? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"cannot read the undo file {path}", "read it as the user who made it");
        }
        catch (FormatException broken)
        {
            throw new SetupException(
                $"{path} is no undo file of throng: {broken.Message}",
                "nothing was changed; look at it, or move it away");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="FormatException">It is not what <see cref="ToJson"/> writes.</exception>
    public static TuningUndo Parse(ReadOnlyMemory<byte> json)
    {
        UndoFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json.Span, UndoJson.Default.UndoFile);
        }
        catch (JsonException failure)
        {
            throw new FormatException("it is damaged", failure);
        }

        return file?.Schema != Schema ? throw new FormatException($"its schema is not {Schema}")
            : file.Changes.Contains(null!) ? throw new FormatException("it is damaged")
            : file.Changes.All(change => TuningPlan.Knows(change.Name)) ? file.Undo
            : throw new FormatException("it names a setting that throng does not change");
    }

    /// <summary>The text of the file.</summary>
    public byte[] ToJson()
    {
        UndoFile file = new(
            Schema, Place.Namespace.Inode, Place.Namespace.Cookie, Place.BootId, MadeAt.ToUniversalTime(), Changes);
        return [.. JsonSerializer.SerializeToUtf8Bytes(file, UndoJson.Default.UndoFile), (byte)'\n'];
    }

    /// <summary>
    /// These changes and later ones. Of a setting changed twice the oldest value before is kept: it is the one that
    /// was there before any change.
    /// </summary>
    public TuningUndo With(IReadOnlyList<Change> later)
    {
        List<Change> merged = [.. Changes];
        foreach (Change change in later)
        {
            int at = merged.FindIndex(one => one.Name == change.Name);
            if (at < 0)
            {
                merged.Add(change);
            }
            else
            {
                merged[at] = change with { From = merged[at].From };
            }
        }

        return this with { Changes = merged };
    }

    /// <summary>Whether its changes were made in this place.</summary>
    public bool IsOf(TuningPlace place) => Place == place;

    /// <summary>Whether the changes are gone with the boot they were made in.</summary>
    public bool IsOfAnotherBoot(TuningPlace place) => Place.BootId != place.BootId;

    /// <summary>Writes the file so that it is whole on the disk when this returns, or the old one still is.</summary>
    /// <exception cref="SetupException">It cannot be written.</exception>
    public void Write(string path)
    {
        string beside = path + ".part";
        try
        {
            File.Delete(beside);
            FileStreamOptions options = new()
            {
                // Never through a link that somebody else put there.
                Mode = FileMode.CreateNew, Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (FileStream file = new(beside, options))
            {
                file.Write(ToJson());
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Forget(beside);
            throw new SetupException($"cannot write the undo file {path}, so nothing was changed",
                "name another place: --undo-file PATH");
        }

        int synced = Files.Sync(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        if (synced < 0)
        {
            throw new SetupException($"cannot write the undo file {path} to the disk, so nothing was changed",
                "name another place: --undo-file PATH", -synced);
        }
    }

    private static void Forget(string beside)
    {
        try
        {
            File.Delete(beside);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The error said is the first one.
        }
    }
}
