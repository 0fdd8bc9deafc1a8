using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Reads a file of questions line by line into one array. What it takes besides that array is one buffer: the array
/// grows to what the part of the file read so far lets expect, so it is copied two or three times and hardly ever
/// larger than needed.
/// </summary>
/// <param name="skipsBad">A line that is no question is counted and left out; else it is an error.</param>
internal sealed class DnsQuestionFile(string path, DnsQuestion form, bool skipsBad)
{
    private const int ErrorsMax = 10;

    /// <summary>Longer than any name with its type; also the least that is read at once.</summary>
    private const int LineBytesMax = 4096;

    private const int BufferBytes = 1 << 18;

    /// <summary>U+FEFF as editors put it before the first line.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    private readonly List<string> _errors = [];
    private byte[] _messages = new byte[BufferBytes];
    private int[] _starts = new int[BufferBytes / 32];
    private int _used;
    private int _count;
    private long _line;
    private long _wrong;
    private double _readShare;
    private bool _isTooLong;
    private bool _isFull;

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The questions; null when there were errors.</summary>
    public DnsQuestions? Read()
    {
        int fd = Files.OpenToRead(path);
        if (fd < 0)
        {
            return Questions(fd);
        }

        FileInfo about = new(path);
        long lengthBytes = about.Exists ? about.Length : 0; // 0 for a pipe too
        int result = ReadLines(into => Descriptors.Read(fd, into), lengthBytes);
        _ = Descriptors.Close(fd);
        return Questions(result);
    }

    /// <summary>The same of any bytes.</summary>
    /// <param name="lengthBytes">How many come, as far as is known; 0: that is not known.</param>
    public DnsQuestions? Read(ByteSource source, long lengthBytes) => Questions(ReadLines(source, lengthBytes));

    private DnsQuestions? Questions(int result)
    {
        if (result < 0)
        {
            _errors.Insert(0, $"cannot read {path}: {Errno.Text(result)}");
            return null;
        }

        if (skipsBad && _count > 0 && !_isFull)
        {
            _starts[_count] = _used;
            return new DnsQuestions(_messages, _starts, _count)
            {
                Skipped = _wrong, FirstSkipped = _errors.Count > 0 ? _errors[0] : "",
            };
        }

        if (_wrong > _errors.Count)
        {
            _errors.Add($"{path}: {_wrong - _errors.Count:N0} more lines are wrong");
        }
        else if (_errors.Count == 0 && _count == 0)
        {
            _errors.Add($"{path}: there is no question in it; write a name and a type on each line");
        }

        if (_errors.Count > 0)
        {
            return null;
        }

        _starts[_count] = _used;
        return new DnsQuestions(_messages, _starts, _count);
    }

    /// <returns>0 or -errno.</returns>
    private int ReadLines(ByteSource source, long lengthBytes)
    {
        byte[] buffer = new byte[BufferBytes];
        long readBytes = 0;
        int held = 0;
        int read;
        do
        {
            read = source(buffer.AsSpan(held));
            if (read >= 0)
            {
                readBytes += read;
                _readShare = lengthBytes > 0 ? Math.Min(1, (double)readBytes / lengthBytes) : 0;
                held += read;
                int taken = TakeLines(buffer.AsSpan(0, held), isLast: read == 0);
                buffer.AsSpan(taken, held - taken).CopyTo(buffer);
                held -= taken;
            }
        }
        while ((read > 0 || read == -Errno.EINTR) && !_isFull);
        return Math.Min(0, read);
    }

    /// <summary>Takes whole lines, and at the file's end what is left. Returns the bytes it is done with.</summary>
    private int TakeLines(ReadOnlySpan<byte> bytes, bool isLast)
    {
        int at = 0;
        while ((at < bytes.Length || (isLast && _isTooLong)) && !_isFull)
        {
            int length = bytes[at..].IndexOf((byte)'\n');
            if (length < 0 && !isLast)
            {
                return at + PassOver(bytes.Length - at);
            }

            ReadOnlySpan<byte> line = length < 0 ? bytes[at..] : bytes.Slice(at, length);
            at += length < 0 ? line.Length : length + 1;
            if (_line == 0 && line.StartsWith(ByteOrderMark))
            {
                line = line[ByteOrderMark.Length..];
            }

            _line++;
            if (_isTooLong || line.Length > LineBytesMax)
            {
                _isTooLong = false;
                Refuse($"it is longer than {LineBytesMax:N0} bytes");
            }
            else
            {
                TakeLine(line);
            }
        }

        return at;
    }

    /// <summary>Bytes of a line without an end yet: kept while it may still be a line, else forgotten.</summary>
    private int PassOver(int bytes)
    {
        _isTooLong |= bytes > LineBytesMax;
        return _isTooLong ? bytes : 0;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> name = NextWord(ref line);
        ReadOnlySpan<byte> type = NextWord(ref line);
        ReadOnlySpan<byte> more = NextWord(ref line);
        if (name.IsEmpty || name[0] == (byte)';')
        {
            return;
        }

        if (type.IsEmpty || type[0] == (byte)';')
        {
            Refuse($"'{DnsQuestion.Plain(name)}' has no type; write '{DnsQuestion.Plain(name)} A'");
        }
        else if (!more.IsEmpty && more[0] != (byte)';')
        {
            Refuse($"'{DnsQuestion.Plain(more)}' after the type; a line is a name and a type");
        }
        else if (!DnsType.TryParse(type, out ushort code, out string error))
        {
            Refuse($"'{DnsQuestion.Plain(type)}': {error}");
        }
        else
        {
            Add(name, code);
        }
    }

    private void Add(ReadOnlySpan<byte> name, ushort type)
    {
        if (!HasRoom())
        {
            _isFull = true;
            Refuse($"more than {Array.MaxLength:N0} bytes of questions");
            return;
        }

        if (!form.TryWrite(name, type, _messages.AsSpan(_used), out int bytes, out string error))
        {
            Refuse($"'{DnsQuestion.Plain(name)}' is not a domain name: {error}");
            return;
        }

        _starts[_count++] = _used;
        _used += bytes;
    }

    /// <summary>Room for one message more and for where it ends.</summary>
    private bool HasRoom()
    {
        if (_messages.Length - _used < DnsQuestion.BytesMax)
        {
            int capacity = Larger(_used, DnsQuestion.BytesMax);
            if (capacity - _used < DnsQuestion.BytesMax)
            {
                return false;
            }

            Array.Resize(ref _messages, capacity);
        }

        if (_starts.Length - _count < 2)
        {
            Array.Resize(ref _starts, Larger(_count, 2));
        }

        return true;
    }

    /// <summary>
    /// Estimates the size needed if the rest of the file is like the part read, and a little more; for a pipe, double.
    /// </summary>
    private int Larger(int used, int least)
    {
        double expected = _readShare > 0 ? used / _readShare * 1.02 : used * 2.0;
        return (int)Math.Min(Array.MaxLength, Math.Max(expected, (used * 1.125) + least));
    }

    private void Refuse(string why)
    {
        _wrong++;
        if (_errors.Count < ErrorsMax)
        {
            _errors.Add($"{path} line {_line}: {why}");
        }
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> line)
    {
        int start = 0;
        while (start < line.Length && IsBlank(line[start]))
        {
            start++;
        }

        int end = start;
        while (end < line.Length && !IsBlank(line[end]))
        {
            end++;
        }

        ReadOnlySpan<byte> word = line[start..end];
        line = line[end..];
        return word;
    }

    private static bool IsBlank(byte one) => one is (byte)' ' or (byte)'\t' or (byte)'\r';
}

/// <summary>Fills in the next bytes; how many, 0 at the end, or -errno.</summary>
internal delegate int ByteSource(Span<byte> into);
