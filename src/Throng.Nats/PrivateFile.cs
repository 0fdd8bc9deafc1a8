namespace Throng.Nats;

/// <summary>A file with secrets in it, which its owner alone may read.</summary>
public static class PrivateFile
{
    /// <summary>Writes it anew: one that was there, and who could read that, is gone.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string text)
    {
        File.Delete(path);
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using StreamWriter writer = new(path, options);
        writer.Write(text);
    }
}
