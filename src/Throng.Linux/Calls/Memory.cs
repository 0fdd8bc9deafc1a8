using System.Runtime.InteropServices;
using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>Memory straight from the kernel: page-aligned, zeroed, and not counted until touched.</summary>
public static unsafe class Memory
{
    /// <summary>Reserves zeroed memory; a page costs something from its first use on.</summary>
    /// <returns>0, or -errno (ENOMEM); <paramref name="address"/> is null on failure.</returns>
    public static int Map(nuint bytes, out void* address) =>
        Map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, out address);

    /// <summary>Gives a whole mapping, or whole pages of it, back.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Unmap(void* address, nuint bytes) => Libc.Result(Libc.munmap(address, bytes));

    /// <summary>A part of a descriptor shared with the kernel, resident from the start.</summary>
    internal static int MapDescriptor(int fd, nint offset, nuint bytes, out void* address) =>
        Map(bytes, MAP_SHARED | MAP_POPULATE, fd, offset, out address);

    private static int Map(nuint bytes, int flags, int fd, nint offset, out void* address)
    {
        void* mapped = Libc.mmap(null, bytes, PROT_READ | PROT_WRITE, flags, fd, offset);
        if ((nint)mapped == -1)
        {
            int error = Marshal.GetLastSystemError();
            address = null;
            return -error;
        }

        address = mapped;
        return 0;
    }
}
