using Throng.Linux;

namespace Throng.Engine;

/// <summary>Address space outside the managed heap, zero, paid for page by page as it is touched.</summary>
internal static unsafe class Reserved
{
    public static void* Map(nuint bytes)
    {
        int result = Memory.Map(bytes, out void* address);
        if (result < 0)
        {
            throw new SetupException(
                $"cannot reserve {bytes >> 20} MiB of address space: {Errno.Text(result)}",
                "raise the limit on address space (ulimit -v unlimited) or ask for fewer connections",
                -result);
        }

        return address;
    }

    public static void Unmap(void* address, nuint bytes) => _ = Memory.Unmap(address, bytes);
}
