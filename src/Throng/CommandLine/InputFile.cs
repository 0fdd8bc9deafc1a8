using Throng.Measurement;

namespace Throng;

/// <summary>A file that an option names, read whole and up to a bound: a device or a pipe may have no end.</summary>
public static class InputFile
{
    /// <summary>Bytes of the longest content that a run sends or compares with.</summary>
    public const long ContentBytesMax = 256L << 20;

    private const int ChunkBytes = 64 << 10;

    /// <param name="error">Why it cannot be had, with its path.</param>
    public static bool TryRead(string path, long bytesMax, out byte[] content, out string error)
    {
        content = [];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return TryRead(file, Text.Plain(path), bytesMax, out content, out error);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = $"cannot read {Text.Plain(path)}: {Reason.Describe(failure)}";
            return false;
        }
    }

    /// <param name="name">Its name in the error.</param>
    public static bool TryRead(Stream from, string name, long bytesMax, out byte[] content, out string error)
    {
        using MemoryStream all = new();
        byte[] chunk = new byte[ChunkBytes];
        for (int got; (got = from.Read(chunk)) > 0;)
        {
            if (all.Length + got > bytesMax)
            {
                content = [];
                error = $"{name} has more than {Units.Bytes(bytesMax)}";
                return false;
            }

            all.Write(chunk, 0, got);
        }

        content = all.ToArray();
        error = "";
        return true;
    }
}
