using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Fuzz;

/// <summary>
/// Makes inputs out of others, all from a seed: flipped bits, odd numbers, pieces taken out, doubled, moved or taken
/// from another input, and words of the target.
/// </summary>
public sealed class Mutator
{
    private const int StepsMax = 6;

    private static readonly long[] OddNumbers =
        [0, 1, -1, 2, 16, 32, 64, 100, 127, 128, 255, 256, 512, 1000, 1024, 4096, 32_767, 32_768, 65_535, 65_536,
            int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private readonly byte[][] _words;
    private readonly int _bytesMax;
    private readonly byte[] _buffer;
    private Prng _random;
    private int _length;

    public Mutator(FuzzTarget target, ulong seed)
    {
        _words = [.. target.Words.Select(Encoding.UTF8.GetBytes)];
        _bytesMax = target.BytesMax;
        _buffer = new byte[_bytesMax];
        _random = new Prng(seed);
    }

    /// <summary>A number from 0 up to, and without, another.</summary>
    public int Below(int count) => (int)_random.NextInRange(0, count - 1);

    /// <summary>The next input; valid until the one after it.</summary>
    /// <param name="from">What it is made of.</param>
    /// <param name="other">An input that pieces are taken from.</param>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> from, ReadOnlySpan<byte> other)
    {
        _length = Math.Min(from.Length, _bytesMax);
        from[.._length].CopyTo(_buffer);
        for (int steps = 1 + Below(StepsMax); steps > 0; steps--)
        {
            Step(other);
        }

        return _buffer.AsSpan(0, _length);
    }

    private void Step(ReadOnlySpan<byte> other)
    {
        int kind = Below(14);
        if (_length == 0 || kind == 0)
        {
            Insert(Below(_length + 1), 1 + Below(8));
            return;
        }

        int at = Below(_length);
        switch (kind)
        {
            case 1:
                _buffer[at] ^= (byte)(1 << Below(8));
                break;
            case 2:
                _buffer[at] = (byte)Below(256);
                break;
            case 3:
                _buffer[at] += (byte)(Below(35) - 17);
                break;
            case 4:
                WriteNumber(at);
                break;
            case 5:
                WriteText(at);
                break;
            case 6:
                Remove(at, 1 + Below(Math.Min(_length - at, 1 << Below(10))));
                break;
            case 7:
                Double(at, 1 + Below(Math.Min(_length - at, 1 << Below(8))));
                break;
            case 8:
                Overwrite(at, _buffer.AsSpan(Below(_length)));
                break;
            case 9 when _words.Length > 0:
                Put(at, _words[Below(_words.Length)]);
                break;
            case 10 when other.Length > 0:
                Put(at, other[Below(other.Length)..]);
                break;
            case 11 or 12:
                ReplaceNumber(at);
                break;
            default:
                int end = at + 1 + Below(Math.Min(_length - at, 4));
                _buffer.AsSpan(at, end - at).Fill(_buffer[Below(_length)]);
                break;
        }
    }

    /// <summary>Writes a piece over what is there, or between it.</summary>
    private void Put(int at, ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, 1 + Below(64))];
        if (Below(2) == 0)
        {
            Overwrite(at, piece);
            return;
        }

        Open(at, piece.Length);
        Overwrite(at, piece);
    }

    private void Overwrite(int at, ReadOnlySpan<byte> piece)
    {
        int bytes = Math.Min(piece.Length, _length - at);
        piece[..bytes].CopyTo(_buffer.AsSpan(at));
    }

    private void WriteNumber(int at)
    {
        long number = OddNumber();
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bool isBigEndian = Below(2) == 0;
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        }

        int size = 1 << Below(4);
        Overwrite(at, isBigEndian ? bytes[^size..] : bytes[..size]);
    }

    private void WriteText(int at)
    {
        Span<byte> text = stackalloc byte[32];
        long number = OddNumber();
        _ = number.TryFormat(text, out int bytes, default, CultureInfo.InvariantCulture);
        Put(at, text[..bytes]);
    }

    /// <summary>Puts another number in the place of the next one that is written in digits.</summary>
    private void ReplaceNumber(int at)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(at, _length - at);
        int digit = rest.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit >= 0)
        {
            int digits = rest[digit..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            Remove(at + digit, digits < 0 ? rest.Length - digit : digits);
            Span<byte> text = stackalloc byte[32];
            _ = OddNumber().TryFormat(text, out int bytes, default, CultureInfo.InvariantCulture);
            Open(at + digit, bytes);
            Overwrite(at + digit, text[..bytes]);
        }
    }

    private long OddNumber() => unchecked(OddNumbers[Below(OddNumbers.Length)] + Below(3) - 1);

    private void Insert(int at, int bytes)
    {
        bytes = Math.Min(bytes, _bytesMax - _length);
        Open(at, bytes);
        for (int i = 0; i < bytes; i++)
        {
            _buffer[at + i] = (byte)Below(256);
        }
    }

    private void Double(int at, int bytes)
    {
        bytes = Math.Min(bytes, _bytesMax - _length);
        Open(at, bytes);
        _buffer.AsSpan(at + bytes, bytes).CopyTo(_buffer.AsSpan(at));
    }

    /// <summary>Makes room; what stands there stays as it was.</summary>
    private void Open(int at, int bytes)
    {
        bytes = Math.Min(bytes, _bytesMax - _length);
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + bytes));
        _length += bytes;
    }

    private void Remove(int at, int bytes)
    {
        _buffer.AsSpan(at + bytes, _length - at - bytes).CopyTo(_buffer.AsSpan(at));
        _length -= bytes;
    }
}
