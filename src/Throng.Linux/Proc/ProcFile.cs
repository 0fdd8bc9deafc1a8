namespace Throng.Linux;

/// <summary>Reads a text of /proc whole. Allocates, and uses a runtime handle: not for a thread with a descriptor
/// table of its own.</summary>
internal static class ProcFile
{
    /// <summary>The text, or null when it is not there or not readable.</summary>
    internal static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
