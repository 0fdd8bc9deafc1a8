using System.Numerics;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// Frames that one worker hands to another, as copies in a ring of bytes outside the managed heap. One thread adds and
/// publishes, one thread takes and returns; each side writes cache lines of its own. A frame lies in one piece: where
/// the end of the ring has no room for it, a mark there leads to the beginning.
/// </summary>
internal sealed unsafe class FrameRing : IDisposable
{
    /// <summary>Length of a frame, before it; all entries begin at a multiple of it.</summary>
    private const int HeadBytes = 8;

    /// <summary>In the place of a length: nothing more until the end of the ring.</summary>
    private const int EndMark = -1;

    /// <summary>Two cache lines, which some processors fetch together.</summary>
    private const int SideBytes = 128;

    private readonly byte* _memory;
    private readonly byte* _entries;
    private readonly AddingSide* _adding;
    private readonly TakingSide* _taking;
    private readonly int _mask;

    /// <param name="bytes">A power of two: lengths and frames.</param>
    public FrameRing(int bytes)
    {
        Check.That(BitOperations.IsPow2(bytes) && bytes >= SideBytes, "a ring of frames is a power of two");
        _mask = bytes - 1;
        _memory = (byte*)Reserved.Map(MappedBytes);
        _adding = (AddingSide*)_memory;
        _taking = (TakingSide*)(_memory + SideBytes);
        _entries = _memory + (2 * SideBytes);
    }

    /// <summary>Bytes of lengths and frames.</summary>
    public int Bytes => _mask + 1;

    /// <summary>Frames that were published and not taken. The thread that takes.</summary>
    public bool HasFrames => Volatile.Read(ref _adding->Published) != _taking->Next;

    /// <summary>More than half of it waits to be taken. The thread that takes.</summary>
    public bool IsCrowded => Volatile.Read(ref _adding->Published) - _taking->Next > Bytes / 2;

    private nuint MappedBytes => (nuint)Bytes + (2 * SideBytes);

    /// <summary>Adds a copy of a frame, which is to be taken from <see cref="Publish"/> on.</summary>
    /// <returns>False when the ring has no room for it now.</returns>
    public bool TryAdd(ReadOnlySpan<byte> frame)
    {
        long at = _adding->Next;
        int offset = (int)(at & _mask);
        int entry = EntryBytes(frame.Length);
        int skipped = entry > Bytes - offset ? Bytes - offset : 0;
        long end = at + skipped + entry;
        if (end - _adding->ReturnedSeen > Bytes)
        {
            _adding->ReturnedSeen = Volatile.Read(ref _taking->Returned);
            if (end - _adding->ReturnedSeen > Bytes)
            {
                return false;
            }
        }

        if (skipped > 0)
        {
            *(int*)(_entries + offset) = EndMark;
            offset = 0;
        }

        *(int*)(_entries + offset) = frame.Length;
        frame.CopyTo(new Span<byte>(_entries + offset + HeadBytes, frame.Length));
        _adding->Next = end;
        return true;
    }

    /// <summary>Lets what was added be taken.</summary>
    public void Publish() => Volatile.Write(ref _adding->Published, _adding->Next);

    /// <summary>Takes a frame, the oldest first; its bytes stay until all that were taken are returned.</summary>
    /// <param name="offset">Where it lies, for <see cref="BytesOf"/>.</param>
    /// <param name="bytes">How long it is.</param>
    /// <returns>False when none is there.</returns>
    public bool TryTake(out int offset, out int bytes)
    {
        (offset, bytes) = (0, 0);
        if (!HasFrames)
        {
            return false;
        }

        int at = (int)(_taking->Next & _mask);
        if (*(int*)(_entries + at) == EndMark)
        {
            _taking->Next += Bytes - at;
            at = 0;
        }

        bytes = *(int*)(_entries + at);
        offset = at + HeadBytes;
        _taking->Next += EntryBytes(bytes);
        _taking->Out++;
        return true;
    }

    public Span<byte> BytesOf(int offset, int bytes) => new(_entries + offset, bytes);

    /// <summary>Returns one that was taken; when none is out, their room is free again.</summary>
    public void Return()
    {
        Check.That(_taking->Out > 0, "a frame is returned once");
        if (--_taking->Out == 0)
        {
            Volatile.Write(ref _taking->Returned, _taking->Next);
        }
    }

    public void Dispose() => Reserved.Unmap(_memory, MappedBytes);

    private static int EntryBytes(int frame) => (HeadBytes + frame + HeadBytes - 1) & -HeadBytes;

    /// <summary>Written by the thread that adds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddingSide
    {
        public long Published;
        public long Next;

        /// <summary>End of all that the other side had returned when it was looked at last.</summary>
        public long ReturnedSeen;
    }

    /// <summary>Written by the thread that takes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TakingSide
    {
        public long Returned;
        public long Next;

        /// <summary>Frames that were taken and not returned.</summary>
        public int Out;
    }
}
