using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// Where OpenSSL finds ciphertext and where it leaves it during one call: pieces of buffers that belong to the caller,
/// who sets all fields before each call and looks at them after it. One for each thread, in unmanaged memory; every
/// connection of the thread has a BIO that points to it, and so none keeps bytes of its own.
/// </summary>
public unsafe struct TlsWire
{
    /// <summary>Ciphertext that was received and not yet read.</summary>
    public byte* In;
    public int InBytes;

    /// <summary>Where ciphertext to send goes next, and how much more fits there.</summary>
    public byte* Out;
    public int OutRoom;

    // Flags of a BIO: it was read or written in vain, and trying again is what to do.
    private const int VainRead = 0x01 | 0x08;
    private const int VainWrite = 0x02 | 0x08;
    private const int AllVain = 0x0F;
    private const int CommandFlush = 11;

    /// <summary>A wire outside the managed heap; lives until it is freed.</summary>
    public static TlsWire* Allocate() => (TlsWire*)NativeMemory.AllocZeroed((nuint)sizeof(TlsWire));

    public static void Free(TlsWire* wire) => NativeMemory.Free(wire);

    /// <summary>The kind of BIO that reads and writes a wire; 0 when there is no memory.</summary>
    internal static nint NewMethod()
    {
        const int SourceAndSink = 0x0400;
        nint method = LibSsl.BIO_meth_new(LibSsl.BIO_get_new_index() | SourceAndSink, "wire");
        if (method != 0)
        {
            _ = LibSsl.BIO_meth_set_read(method, &Read);
            _ = LibSsl.BIO_meth_set_write(method, &Write);
            _ = LibSsl.BIO_meth_set_ctrl(method, &Control);
        }

        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* into, int bytes)
    {
        TlsWire* wire = LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, AllVain);
        int taken = Math.Min(bytes, wire->InBytes);
        if (taken <= 0)
        {
            LibSsl.BIO_set_flags(bio, VainRead);
            return -1;
        }

        Unsafe.CopyBlockUnaligned(into, wire->In, (uint)taken);
        wire->In += taken;
        wire->InBytes -= taken;
        return taken;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* from, int bytes)
    {
        TlsWire* wire = LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, AllVain);
        int taken = Math.Min(bytes, wire->OutRoom);
        if (taken <= 0)
        {
            LibSsl.BIO_set_flags(bio, VainWrite);
            return -1;
        }

        Unsafe.CopyBlockUnaligned(wire->Out, from, (uint)taken);
        wire->Out += taken;
        wire->OutRoom -= taken;
        return taken;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == CommandFlush ? 1 : 0;
}
