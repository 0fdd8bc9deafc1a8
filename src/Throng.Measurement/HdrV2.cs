using System.Buffers.Binary;
using System.IO.Compression;

namespace Throng.Measurement;

/// <summary>
/// The interchange form of a histogram: HdrHistogram's V2 encoding, deflated, in base64, as every HdrHistogram library
/// reads it. Source: HdrHistogram/HdrHistogram, AbstractHistogram.encodeIntoByteBuffer and ZigZagEncoding.
/// <para>
/// Counts are lossless; the form carries no sum and no exact extremes, see <see cref="Histogram.Restore"/>.
/// </para>
/// </summary>
public static class HdrV2
{
    // The second digit from the right is the word size of older versions; V2 writers put 1 there, readers mask it.
    private const int Cookie = 0x1c849303 | WordSize;
    private const int CompressedCookie = 0x1c849304 | WordSize;
    private const int WordSize = 0x10;
    private const int WordSizeMask = 0xf0;
    private const int HeaderBytes = 40;

    // A zero run of 33 792 cells or a count of 2^62: ten bytes hold either, nine in HdrHistogram's variant.
    private const int VarintBytesMax = 9;

    // What a full histogram of 5 digits over 63 bits inflates to, rounded up: the bound against a deflate bomb.
    private const int PayloadBytesMax = 64 << 20;

    /// <summary>Base64 of the compressed encoding; the empty histogram has one too.</summary>
    public static string Encode(Histogram histogram)
    {
        int cells = Histogram.IndexOf(Math.Min(histogram.MaxNs, Histogram.TopNs)) + 1;
        byte[] plain = new byte[HeaderBytes + (cells * VarintBytesMax)];
        int length = HeaderBytes + EncodeCounts(histogram, cells, plain.AsSpan(HeaderBytes));
        Span<byte> header = plain;
        BinaryPrimitives.WriteInt32BigEndian(header, Cookie);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], length - HeaderBytes);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], Histogram.SignificantDigits);
        BinaryPrimitives.WriteInt64BigEndian(header[16..], 1);
        BinaryPrimitives.WriteInt64BigEndian(header[24..], Histogram.HighestTrackableNs);
        BinaryPrimitives.WriteDoubleBigEndian(header[32..], 1.0);

        using MemoryStream packed = new();
        packed.Write(stackalloc byte[8]);
        using (ZLibStream deflate = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(plain, 0, length);
        }

        byte[] bytes = packed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - 8);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>
    /// Reads an encoding of any precision; one that is not ours is recorded again at the highest equivalent value of
    /// each of its cells. False with a reason when the text is not such an encoding.
    /// </summary>
    public static bool TryDecode(string base64, out Histogram histogram, out string error)
    {
        histogram = new Histogram();
        error = "";
        try
        {
            byte[] bytes = Convert.FromBase64String(base64);
            error = Read(bytes, histogram);
        }
        catch (FormatException)
        {
            error = "it is not base64";
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            error = "what the base64 holds is no deflated histogram, or only a part of one";
        }

        if (error.Length == 0)
        {
            return true;
        }

        histogram.Reset();
        return false;
    }

    /// <summary>As <see cref="TryDecode"/>, for text this program has written.</summary>
    /// <exception cref="FormatException">The text is no such encoding.</exception>
    public static Histogram Decode(string base64) =>
        TryDecode(base64, out Histogram histogram, out string error) ? histogram : throw new FormatException(error);

    private static string Read(ReadOnlySpan<byte> bytes, Histogram into)
    {
        if (bytes.Length < 8 || Base(bytes) != Base(CompressedCookie))
        {
            return "does not begin with the cookie of a compressed HdrHistogram V2";
        }

        int packedBytes = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (packedBytes < 0 || packedBytes > bytes.Length - 8)
        {
            return $"says {packedBytes} compressed bytes and has {bytes.Length - 8}";
        }

        byte[] plain = Inflate(bytes.Slice(8, packedBytes));
        if (plain.Length < HeaderBytes || Base(plain) != Base(Cookie))
        {
            return "does not contain a HdrHistogram V2 (or more than 64 MiB of one)";
        }

        ReadOnlySpan<byte> header = plain;
        int countBytes = BinaryPrimitives.ReadInt32BigEndian(header[4..]);

        // Bytes 8..11, the "normalizing index offset", say how the writer had rotated its own array; the counts are
        // written in the order of their values all the same. hdr-histogram-js always puts 1 there.
        int digits = BinaryPrimitives.ReadInt32BigEndian(header[12..]);
        long lowest = BinaryPrimitives.ReadInt64BigEndian(header[16..]);
        if (countBytes < 0 || countBytes > plain.Length - HeaderBytes)
        {
            return $"says {countBytes} bytes of counts and has {plain.Length - HeaderBytes}";
        }

        if (digits is < 1 or > 5 || lowest < 1)
        {
            return $"has {digits} digits, lowest value {lowest}: not supported";
        }

        int subBucketBits = BitLength((2 * (long)Math.Pow(10, digits)) - 1);
        HdrCells cells = new(subBucketBits, BitLength(lowest) - 1);
        return DecodeCounts(header.Slice(HeaderBytes, countBytes), cells, into);
    }

    private static int EncodeCounts(Histogram histogram, int cells, Span<byte> into)
    {
        int at = 0;
        for (int index = 0; index < cells;)
        {
            long count = histogram.CountAt(index++);
            if (count == 0)
            {
                long zeros = 1;
                while (index < cells && histogram.CountAt(index) == 0)
                {
                    zeros++;
                    index++;
                }

                // A run of one is written as a plain 0, as the original does, so that encodings are byte-equal.
                count = zeros > 1 ? -zeros : 0;
            }

            at += WriteZigZag(count, into[at..]);
        }

        return at;
    }

    private static string DecodeCounts(ReadOnlySpan<byte> bytes, HdrCells cells, Histogram into)
    {
        long index = 0;
        while (bytes.Length > 0)
        {
            if (!ReadZigZag(ref bytes, out long value))
            {
                return "ends in the middle of a count";
            }

            if (value < 0)
            {
                // The most negative value has no positive one; no real index comes near it either.
                index = value < -int.MaxValue ? int.MaxValue : index - value;
            }
            else if (value == 0)
            {
                index++;
            }
            else if (!cells.TryHighest(index++, out long valueNs))
            {
                return $"has a count in cell {index - 1}, which no 63-bit value reaches";
            }
            else if (value > long.MaxValue - into.Count)
            {
                return "has more counts than 63 bits hold";
            }
            else
            {
                into.Record(valueNs, value);
            }

            if (index > int.MaxValue)
            {
                return "has more cells than any histogram";
            }
        }

        return "";
    }

    // LEB128 of the zigzag form, but the ninth byte carries 8 bits: 63 bits never need a tenth.
    private static int WriteZigZag(long value, Span<byte> into)
    {
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        int at = 0;
        while (rest > 0x7f && at < VarintBytesMax - 1)
        {
            into[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        into[at++] = (byte)rest;
        return at;
    }

    private static bool ReadZigZag(ref ReadOnlySpan<byte> bytes, out long value)
    {
        ulong raw = 0;
        value = 0;
        for (int at = 0; at < VarintBytesMax; at++)
        {
            if (at == bytes.Length)
            {
                return false;
            }

            ulong next = bytes[at];
            bool isLast = at == VarintBytesMax - 1 || next < 0x80;
            raw |= (at == VarintBytesMax - 1 ? next : next & 0x7f) << (7 * at);
            if (isLast)
            {
                bytes = bytes[(at + 1)..];
                break;
            }
        }

        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return true;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> packed)
    {
        using MemoryStream from = new(packed.ToArray());
        using ZLibStream inflate = new(from, CompressionMode.Decompress);
        using MemoryStream plain = new();
        byte[] chunk = new byte[16 << 10];
        for (int got; (got = inflate.Read(chunk)) > 0;)
        {
            if (plain.Length + got > PayloadBytesMax)
            {
                return [];
            }

            plain.Write(chunk, 0, got);
        }

        return plain.ToArray();
    }

    private static int Base(ReadOnlySpan<byte> bytes) => Base(BinaryPrimitives.ReadInt32BigEndian(bytes));

    private static int Base(int cookie) => cookie & ~WordSizeMask;

    private static int BitLength(long value) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);

    // The cells of a histogram of any precision and unit.
    private readonly record struct HdrCells(int SubBucketBits, int UnitBits)
    {
        public bool TryHighest(long index, out long value)
        {
            int half = SubBucketBits - 1;
            long bucket = Math.Max(0, (index >> half) - 1);
            int shift = (int)Math.Min(bucket, 64) + UnitBits;
            value = 0;
            if (shift + SubBucketBits > 63)
            {
                return false;
            }

            long sub = index - (bucket << half);
            value = (sub << shift) + (1L << shift) - 1;
            return true;
        }
    }
}
