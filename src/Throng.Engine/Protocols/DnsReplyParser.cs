using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// Finds the replies in the bytes of one TCP connection, however they were cut. Each is told of when its last byte has
/// come, not with its header: a query counts as answered when the whole answer is here. 12 bytes of state, all zero at
/// the beginning of a connection; it keeps no bytes and allocates nothing.
/// <para>
/// The lengths are all there is to go by, so a connection with a wrong length in it never finds back, and one with a
/// message of fewer than 12 bytes does: that is yielded as malformed.
/// </para>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DnsReplyParser
{
    public const int Size = 12;

    private const int PrefixBytes = 2;
    private const int FlagsEndBytes = PrefixBytes + 4;

    // Of the message under way, its prefix included: up to 65,536, one more than 16 bits hold.
    private int _readBytes;
    private ushort _messageBytes;
    private ushort _id;
    private ushort _flags;
    private ExtendedRcode _extended;

    /// <summary>Whether a reply has begun and not ended: one more was on its way when the connection ended.</summary>
    public readonly bool IsInReply => _readBytes > 0;

    /// <summary>
    /// Takes bytes from the front up to the end of the next reply. False: all are taken, and no reply ends in them.
    /// </summary>
    public bool TryNext(ref ReadOnlySpan<byte> bytes, out DnsReply reply)
    {
        if (_readBytes == 0 && bytes.Length >= PrefixBytes + DnsQuestion.HeaderBytes)
        {
            int end = PrefixBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes);
            if (end <= bytes.Length)
            {
                DnsReply.TryRead(bytes[PrefixBytes..end], out reply);
                bytes = bytes[end..];
                return true;
            }
        }

        return TryNextInParts(ref bytes, out reply);
    }

    private bool TryNextInParts(ref ReadOnlySpan<byte> bytes, out DnsReply reply)
    {
        while (bytes.Length > 0)
        {
            if (_readBytes < FlagsEndBytes || !_extended.IsDecided)
            {
                Take(bytes[0]);
                bytes = bytes[1..];
            }
            else
            {
                int rest = Math.Min(bytes.Length, PrefixBytes + _messageBytes - _readBytes);
                _readBytes += rest;
                bytes = bytes[rest..];
            }

            if (_readBytes >= PrefixBytes && _readBytes == PrefixBytes + _messageBytes)
            {
                bool isMalformed = _messageBytes < DnsQuestion.HeaderBytes;
                ushort id = _messageBytes < sizeof(ushort) ? (ushort)0 : _id;
                reply = new DnsReply(id, isMalformed ? (ushort)0 : _flags, _messageBytes, _extended);
                this = default;
                return true;
            }
        }

        reply = default;
        return false;
    }

    /// <summary>One of the first six bytes: length, id, flags; or one that may tell more about the code.</summary>
    private void Take(byte one)
    {
        if (_readBytes >= FlagsEndBytes)
        {
            _extended.Take(_readBytes - PrefixBytes, one);
        }
        else
        {
            ref ushort part = ref _messageBytes;
            if (_readBytes >= PrefixBytes + 2)
            {
                part = ref _flags;
            }
            else if (_readBytes >= PrefixBytes)
            {
                part = ref _id;
            }

            part = (ushort)((part << 8) | one);
        }

        _readBytes++;
    }
}
