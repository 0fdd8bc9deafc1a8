using Throng.Linux;

namespace Throng;

/// <summary>Descriptors of this process's main table, and what it may have.</summary>
public sealed record DescriptorUse(long Used, ulong Soft, ulong Hard)
{
    public static DescriptorUse Now()
    {
        _ = Limits.GetDescriptors(out ulong soft, out ulong hard);
        return new DescriptorUse(CountOpen(), soft, hard);
    }

    private static long CountOpen()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();
        }
        catch (IOException)
        {
            // The table is full: looking takes one more.
            return -1;
        }
    }
}
