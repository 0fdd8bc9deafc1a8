namespace Throng;

/// <summary>Effect of a key.</summary>
public enum Edit : byte
{
    /// <summary>Nothing that shows.</summary>
    None,

    /// <summary>The line or the cursor is another.</summary>
    Changed,

    /// <summary>A line is there to be taken.</summary>
    Entered,

    /// <summary>Ctrl-D on an empty line.</summary>
    Ended,

    /// <summary>Ctrl-L: the screen is to be drawn anew.</summary>
    Redrawn,
}

/// <summary>
/// The line at the prompt, key by key, where the kernel no longer edits it: the usual keys of a shell, and the lines
/// before with up and down. Commands are ASCII; other bytes are passed over.
/// </summary>
public sealed class LineEditor
{
    /// <summary>Longer than any command; further keys are passed over.</summary>
    public const int CharactersMax = 1000;

    private const int LinesKept = 100;
    private const byte Escape = 0x1b;

    private readonly List<string> _before = [];
    private readonly List<byte> _sequence = [];
    private string _text = "";
    private string _unfinished = "";
    private int _cursor;
    private int _shown;

    public PromptLine Line => new(_text, _cursor);

    /// <summary>Takes one byte of what was typed.</summary>
    public Edit Take(byte key)
    {
        if (_sequence.Count > 0)
        {
            return Sequence(key);
        }

        switch (key)
        {
            case (byte)'\r' or (byte)'\n':
                return Edit.Entered;
            case Escape:
                _sequence.Add(key);
                return Edit.None;
            case 0x04: // Ctrl-D
                return _text.Length == 0 ? Edit.Ended : Change(_cursor, 1);
            case 0x0c: // Ctrl-L
                return Edit.Redrawn;
            case 0x7f or 0x08: // Backspace
                return _cursor == 0 ? Edit.None : Change(_cursor - 1, 1);
            case 0x15: // Ctrl-U
                return Change(0, _cursor);
            case 0x0b: // Ctrl-K
                return Change(_cursor, _text.Length - _cursor);
            case 0x17: // Ctrl-W
                int word = WordStart();
                return Change(word, _cursor - word);
            case 0x01: // Ctrl-A
                return Move(0);
            case 0x05: // Ctrl-E
                return Move(_text.Length);
            case 0x10: // Ctrl-P
                return Show(_shown - 1);
            case 0x0e: // Ctrl-N
                return Show(_shown + 1);
            default:
                return key is >= 0x20 and < 0x7f && _text.Length < CharactersMax ? Insert((char)key) : Edit.None;
        }
    }

    /// <summary>The line that was entered; the next one begins empty.</summary>
    public string Enter()
    {
        string line = _text;
        if (line.Trim().Length > 0 && (_before.Count == 0 || _before[^1] != line))
        {
            _before.Add(line);
            if (_before.Count > LinesKept)
            {
                _before.RemoveAt(0);
            }
        }

        _text = "";
        _unfinished = "";
        _cursor = 0;
        _shown = _before.Count;
        return line;
    }

    /// <summary>Arrows and their like: ESC, [ or O, digits, and what it is.</summary>
    private Edit Sequence(byte key)
    {
        _sequence.Add(key);
        bool isBegun = _sequence.Count == 2 && key is (byte)'[' or (byte)'O';
        bool isMore = _sequence.Count > 2 && key is (>= (byte)'0' and <= (byte)'9') or (byte)';';
        if ((isBegun || isMore) && _sequence.Count < 16)
        {
            return Edit.None;
        }

        byte argument = _sequence.Count > 3 ? _sequence[2] : (byte)0;
        _sequence.Clear();
        return key switch
        {
            (byte)'A' => Show(_shown - 1),
            (byte)'B' => Show(_shown + 1),
            (byte)'C' => Move(_cursor + 1),
            (byte)'D' => Move(_cursor - 1),
            (byte)'H' => Move(0),
            (byte)'F' => Move(_text.Length),
            (byte)'~' when argument is (byte)'3' => Change(_cursor, 1),
            (byte)'~' when argument is (byte)'1' or (byte)'7' => Move(0),
            (byte)'~' when argument is (byte)'4' or (byte)'8' => Move(_text.Length),
            _ => Edit.None,
        };
    }

    private Edit Insert(char character)
    {
        _text = _text.Insert(_cursor, character.ToString());
        _cursor++;
        return Edit.Changed;
    }

    /// <summary>Takes characters out; the cursor stands where they were.</summary>
    private Edit Change(int from, int count)
    {
        _text = _text.Remove(from, Math.Min(count, _text.Length - from));
        return Move(from);
    }

    private Edit Move(int to)
    {
        _cursor = Math.Clamp(to, 0, _text.Length);
        return Edit.Changed;
    }

    private int WordStart()
    {
        int at = _cursor;
        while (at > 0 && _text[at - 1] == ' ')
        {
            at--;
        }

        while (at > 0 && _text[at - 1] != ' ')
        {
            at--;
        }

        return at;
    }

    /// <summary>A line before; behind the last of them stands what was being typed.</summary>
    private Edit Show(int at)
    {
        if (at < 0 || at > _before.Count || at == _shown)
        {
            return Edit.None;
        }

        _unfinished = _shown == _before.Count ? _text : _unfinished;
        _shown = at;
        _text = at == _before.Count ? _unfinished : _before[at];
        return Move(_text.Length);
    }
}
