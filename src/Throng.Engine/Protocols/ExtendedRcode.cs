using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Finds the upper bits of a reply's code in its OPT record (RFC 6891), byte by byte, however the message was cut.
/// Looks only at a reply with one question and that record alone: nothing else says that EDNS itself was not right.
/// Two bytes of state, zero at the beginning of a message.
/// </summary>
internal struct ExtendedRcode
{
    private const int CountsAt = 4;

    /// <summary>One question, no answer, no authority, one record more.</summary>
    private const ulong QuestionAndOpt = 0x0001_0000_0000_0001;
    private const byte TypeOpt = 41;

    private State _state;

    /// <summary>Bytes left of a label; of one that was found, the bits.</summary>
    private byte _value;

    /// <summary>Meaning of the next byte, once the counts are as expected.</summary>
    private enum State : byte
    {
        HeaderOrName = 0,
        QuestionType,
        QuestionTypeEnd,
        QuestionClass,
        QuestionClassEnd,
        OptName,
        OptType,
        OptTypeEnd,
        OptClass,
        OptClassEnd,
        Bits,
        Found,
        None,
    }

    /// <summary>Nothing that follows changes it.</summary>
    public readonly bool IsDecided => _state >= State.Found;

    /// <summary>The same of a whole message, which has a header.</summary>
    public static ExtendedRcode Of(ReadOnlySpan<byte> message)
    {
        ExtendedRcode found = new() { _state = State.None };
        if (BinaryPrimitives.ReadUInt64BigEndian(message[CountsAt..]) == QuestionAndOpt)
        {
            found = default;
            for (int at = CountsAt; at < message.Length && !found.IsDecided; at++)
            {
                found.Take(at, message[at]);
            }
        }

        return found;
    }

    /// <summary>Takes the next byte, unless it is decided.</summary>
    /// <param name="at">Its place in the message.</param>
    public void Take(int at, byte one)
    {
        if (at < DnsQuestion.HeaderBytes)
        {
            int shift = 8 * (DnsQuestion.HeaderBytes - 1 - at);
            bool isExpected = at < CountsAt || one == (byte)(QuestionAndOpt >> shift);
            _state = isExpected ? State.HeaderOrName : State.None;
        }
        else if (_state == State.HeaderOrName)
        {
            TakeOfName(one);
        }
        else if (_state == State.Bits)
        {
            (_state, _value) = (State.Found, one);
        }
        else
        {
            bool isExpected = _state switch
            {
                State.OptName or State.OptType => one == 0,
                State.OptTypeEnd => one == TypeOpt,
                _ => true,
            };
            _state = isExpected ? _state + 1 : State.None;
        }
    }

    /// <summary>The code in whole, as a <see cref="DnsRcode"/>; the header's where none is known that goes beyond.
    /// </summary>
    public readonly byte Over(byte ofHeader) => (_state == State.Found ? (_value << 4) | ofHeader : 0) switch
    {
        16 => DnsRcode.BadVersion,
        23 => DnsRcode.BadCookie,
        _ => ofHeader,
    };

    private void TakeOfName(byte one)
    {
        if (_value > 0)
        {
            _value--;
        }
        else if (one > 0)
        {
            _value = one;
        }
        else
        {
            _state = State.QuestionType;
        }
    }
}
