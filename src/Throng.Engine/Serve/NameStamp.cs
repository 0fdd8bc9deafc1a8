using System.Text;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>State that <see cref="NameStamp"/> keeps of a connection.</summary>
internal struct NameStampState
{
    /// <summary>Where its first bytes are kept until all of them have come; 0 for nowhere.</summary>
    public int Head;

    /// <summary>How many of them are there.</summary>
    public byte HeadBytes;

    /// <summary>They have been sent on.</summary>
    public bool IsDone;
}

/// <summary>
/// Writes a name over the beginning of what a server sends back, so that a client learns who answered: of a
/// connection over its first 64 bytes, which are waited for and go back together, or fewer where its peer has sent no
/// more before its FIN; of datagrams over each. The bytes behind the name stay as they came, and no NUL follows it.
/// Owner: the worker's thread.
/// </summary>
internal sealed class NameStamp
{
    /// <summary>Bytes of a connection that are waited for before the first of them goes back.</summary>
    public const int HeadBytes = 64;

    private readonly byte[] _name;
    private readonly byte[] _datagram = new byte[DatagramSize.BufferBytes];

    // Heads of connections whose first bytes come in pieces; place 0 is none. Grows to as many as there are at once.
    private byte[] _heads = new byte[64 * HeadBytes];
    private int[] _next = new int[64];
    private int _freeHead;
    private int _highWater;

    /// <param name="name">Cut to 64 bytes of UTF-8, and to whole letters.</param>
    public NameStamp(string name)
    {
        byte[] whole = Encoding.UTF8.GetBytes(name);
        int length = Math.Min(HeadBytes, whole.Length);
        while (length > 0 && length < whole.Length && IsWithinLetter(whole[length]))
        {
            length--;
        }

        _name = whole[..length];
    }

    /// <summary>Heads in use: none once no connection is in the middle of its first bytes.</summary>
    public int Used { get; private set; }

    /// <summary>
    /// Takes bytes of a connection whose head has not been sent on, and sends it on as soon as it is whole, with what
    /// came behind it.
    /// </summary>
    /// <returns>How many bytes were sent on; 0 while more are waited for.</returns>
    public int Take(
        ref Act act, Handle connection, ref NameStampState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        if (state.HeadBytes == 0 && bytes.Length >= HeadBytes)
        {
            state.IsDone = true;
            act.Overwrite(lease, _name);
            act.Forward(connection, ref lease);
            return bytes.Length;
        }

        state.Head = state.Head == 0 ? Rent() : state.Head;
        Span<byte> head = _heads.AsSpan(state.Head * HeadBytes, HeadBytes);
        int more = Math.Min(HeadBytes - state.HeadBytes, bytes.Length);
        bytes[..more].CopyTo(head[state.HeadBytes..]);
        state.HeadBytes += (byte)more;
        if (state.HeadBytes < HeadBytes)
        {
            return 0;
        }

        _name.CopyTo(head);
        if (!act.TryForwardCopy(connection, head))
        {
            act.Close(connection, CloseReason.NoMemory); // 256 MiB are under way on this worker
            return 0;
        }

        state.IsDone = true;
        Release(ref state);
        lease = new Lease(lease.Buffer, lease.Offset + more, lease.Length - more);
        if (lease.Length > 0)
        {
            act.Forward(connection, ref lease);
        }

        return HeadBytes + bytes.Length - more;
    }

    /// <summary>Sends on what there is of a head that is not whole: its peer has sent its FIN.</summary>
    /// <returns>How many bytes were sent on.</returns>
    public int Finish(ref Act act, Handle connection, ref NameStampState state)
    {
        if (state.Head == 0)
        {
            return 0;
        }

        int bytes = state.HeadBytes;
        Span<byte> head = _heads.AsSpan(state.Head * HeadBytes, bytes);
        _name.AsSpan(0, Math.Min(_name.Length, bytes)).CopyTo(head);
        if (!act.TryForwardCopy(connection, head))
        {
            act.Close(connection, CloseReason.NoMemory);
            return 0;
        }

        state.IsDone = true;
        Release(ref state);
        return bytes;
    }

    /// <summary>The connection has ended, whatever became of its head.</summary>
    public void Release(ref NameStampState state)
    {
        if (state.Head != 0)
        {
            _next[state.Head] = _freeHead;
            _freeHead = state.Head;
            state.Head = 0;
            Used--;
        }
    }

    /// <summary>A datagram with the name over its beginning, as much of it as there is room for.</summary>
    public ReadOnlySpan<byte> Over(ReadOnlySpan<byte> datagram)
    {
        datagram.CopyTo(_datagram);
        Span<byte> stamped = _datagram.AsSpan(0, datagram.Length);
        _name.AsSpan(0, Math.Min(_name.Length, stamped.Length)).CopyTo(stamped);
        return stamped;
    }

    private static bool IsWithinLetter(byte one) => (one & 0xc0) == 0x80;

    private int Rent()
    {
        Used++;
        int head = _freeHead;
        if (head != 0)
        {
            _freeHead = _next[head];
            return head;
        }

        head = ++_highWater;
        if (head == _next.Length)
        {
            Array.Resize(ref _next, head * 2);
            Array.Resize(ref _heads, head * 2 * HeadBytes);
        }

        return head;
    }
}
