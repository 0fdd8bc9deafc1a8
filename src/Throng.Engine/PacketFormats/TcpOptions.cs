using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>
/// Options of segments: of a SYN the MSS, the window scale and whether selective acknowledgements are taken, of the
/// others those acknowledgements. What is not known is passed over.
/// </summary>
internal static class TcpOptions
{
    /// <summary>Length of the options of our SYN.</summary>
    public const int SynBytes = 12;

    /// <summary>The largest scale there is (RFC 7323, 2.3).</summary>
    public const int WindowScaleMax = 14;

    private const byte End = 0;
    private const byte Nop = 1;
    private const byte Mss = 2;
    private const byte WindowScale = 3;
    private const byte SackPermitted = 4;
    private const byte Sack = 5;
    private const int MssBytes = 4;
    private const int WindowScaleBytes = 3;
    private const int SackPermittedBytes = 2;
    private const int RangeBytes = 8;

    /// <summary>Reads the options of a segment; false when a length in them is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> options, ref Segment segment)
    {
        while (options.Length > 0 && options[0] != End)
        {
            if (options[0] == Nop)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> option = options[..options[1]];
            if (option[0] == Sack)
            {
                ReadSacks(option[2..], ref segment.Sacks);
            }
            else if (segment.Has(TcpFlags.Syn))
            {
                ReadOfSyn(option, ref segment);
            }

            options = options[option.Length..];
        }

        return true;
    }

    /// <summary>
    /// Writes the options of our SYN: the MSS, that selective acknowledgements are taken, and a window scale of 0,
    /// without which the peer's must not be used.
    /// </summary>
    public static void WriteSyn(Span<byte> to, int mss)
    {
        ReadOnlySpan<byte> options =
        [
            Mss, MssBytes, (byte)(mss >> 8), (byte)mss, Nop, Nop, SackPermitted, SackPermittedBytes, Nop, WindowScale,
            WindowScaleBytes, 0,
        ];
        options.CopyTo(to);
    }

    /// <summary>Length of a selective acknowledgement of so many pieces.</summary>
    public static int SackBytes(int count) => count == 0 ? 0 : 4 + (count * RangeBytes);

    /// <summary>Writes a selective acknowledgement of one piece or more.</summary>
    public static void WriteSacks(Span<byte> to, in SequenceRanges ranges)
    {
        to[0] = Nop;
        to[1] = Nop;
        to[2] = Sack;
        to[3] = (byte)(2 + (ranges.Count * RangeBytes));
        for (int i = 0; i < ranges.Count; i++)
        {
            Span<byte> range = to.Slice(4 + (i * RangeBytes), RangeBytes);
            BinaryPrimitives.WriteUInt32BigEndian(range, ranges[i].From);
            BinaryPrimitives.WriteUInt32BigEndian(range[sizeof(uint)..], ranges[i].End);
        }
    }

    private static void ReadOfSyn(ReadOnlySpan<byte> option, ref Segment segment)
    {
        switch ((option[0], option.Length))
        {
            case (Mss, MssBytes):
                segment.Mss = BinaryPrimitives.ReadUInt16BigEndian(option[2..]);
                break;
            case (WindowScale, WindowScaleBytes):
                segment.WindowScale = Math.Min((int)option[2], WindowScaleMax);
                break;
            case (SackPermitted, SackPermittedBytes):
                segment.PermitsSacks = true;
                break;
        }
    }

    private static void ReadSacks(ReadOnlySpan<byte> ranges, ref SequenceRanges sacks)
    {
        for (; ranges.Length >= RangeBytes && !sacks.IsFull; ranges = ranges[RangeBytes..])
        {
            sacks.Append(new SequenceRange(
                BinaryPrimitives.ReadUInt32BigEndian(ranges),
                BinaryPrimitives.ReadUInt32BigEndian(ranges[sizeof(uint)..])));
        }
    }
}
