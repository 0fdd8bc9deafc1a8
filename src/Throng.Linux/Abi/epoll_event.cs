using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// One readiness event. The kernel packs it to 12 bytes on x64 only; <see cref="Epoll"/> converts on other
/// processors, so callers see this one layout everywhere.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 12, Pack = 1)]
public struct epoll_event
{
    /// <summary>EPOLL* bits.</summary>
    [FieldOffset(0)] public uint events;

    /// <summary>Value that was given to epoll_ctl.</summary>
    [FieldOffset(4)] public ulong data;
}

/// <summary>The same event as every processor but x64 has it: naturally aligned, 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct epoll_event_aligned
{
    /// <summary>EPOLL* bits.</summary>
    [FieldOffset(0)] public uint events;

    /// <summary>Value that was given to epoll_ctl.</summary>
    [FieldOffset(8)] public ulong data;
}
