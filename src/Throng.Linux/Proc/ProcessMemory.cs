using System.Globalization;

namespace Throng.Linux;

/// <summary>Memory that a process occupies, from its statm file. Socket memory is the kernel's and not in it.</summary>
/// <param name="VirtualBytes">Addresses in use, mostly reserved only.</param>
/// <param name="ResidentBytes">Memory in use (RSS), shared pages included.</param>
public readonly record struct ProcessMemory(long VirtualBytes, long ResidentBytes)
{
    /// <summary>The calling process.</summary>
    public static bool TryRead(out ProcessMemory memory) =>
        TryParse(ProcFile.TryRead("/proc/self/statm"), Environment.SystemPageSize, out memory);

    /// <summary>Parses a statm line, which counts pages.</summary>
    /// <returns>False, and the default, when it is not one.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, int pageBytes, out ProcessMemory memory)
    {
        memory = default;
        Span<Range> fields = stackalloc Range[8];
        int count = line.Trim().Split(fields, ' ');
        ReadOnlySpan<char> text = line.Trim();
        if (count < 2
            || !long.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out long total)
            || !long.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out long resident))
        {
            return false;
        }

        memory = new ProcessMemory(total * pageBytes, resident * pageBytes);
        return true;
    }
}
