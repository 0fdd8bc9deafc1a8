using System.Text;

namespace Throng;

/// <summary>Lines out of a stream that nobody vouches for: one that never ends takes no memory.</summary>
public sealed class LineReader(Stream stream)
{
    /// <summary>Bytes of the longest line taken; the commands are shorter by far.</summary>
    public const int BytesMax = 4096;

    private readonly byte[] _buffer = new byte[BytesMax];
    private readonly byte[] _line = new byte[BytesMax];
    private int _at;
    private int _filled;

    /// <summary>
    /// The next line without its end; null at the end of the stream. A line that is too long is skipped to its end and
    /// comes as its beginning, marked.
    /// </summary>
    public string? Next(out bool isTooLong)
    {
        int length = 0;
        isTooLong = false;
        while (true)
        {
            if (_at == _filled && !Fill())
            {
                return length == 0 ? null : Decode(length);
            }

            byte next = _buffer[_at++];
            if (next == (byte)'\n')
            {
                return Decode(length);
            }

            if (length == BytesMax)
            {
                isTooLong = true;
            }
            else
            {
                _line[length++] = next;
            }
        }
    }

    private bool Fill()
    {
        _at = 0;
        _filled = stream.Read(_buffer);
        return _filled > 0;
    }

    private string Decode(int length) => Encoding.UTF8.GetString(_line, 0, length).TrimEnd('\r');
}
