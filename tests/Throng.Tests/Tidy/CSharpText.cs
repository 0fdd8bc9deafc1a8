namespace Throng.Tests.Tidy;

/// <summary>
/// C# taken apart without a compiler: code, comments and literals, each with everything else blanked, so that all
/// three are as long as the text and lines agree. The holes of interpolated strings count as code.
/// </summary>
internal sealed class CSharpText
{
    private readonly string _text;
    private readonly char[] _code;
    private readonly char[] _comments;
    private readonly char[] _literals;
    private int _at;
    private string? _codeText;
    private string? _commentText;
    private string? _literalText;

    private CSharpText(string text)
    {
        _text = text;
        _code = Blank(text);
        _comments = Blank(text);
        _literals = Blank(text);
    }

    public string Code => _codeText ??= new(_code);

    public string Comments => _commentText ??= new(_comments);

    public string Literals => _literalText ??= new(_literals);

    public static CSharpText Of(string text)
    {
        CSharpText parts = new(text);
        parts.ReadCode(closingBraces: 0);
        return parts;
    }

    private static char[] Blank(string text) => [.. text.Select(one => one == '\n' ? '\n' : ' ')];

    private bool Sees(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private int Run(char of)
    {
        int end = _at;
        while (end < _text.Length && _text[end] == of)
        {
            end++;
        }

        return end - _at;
    }

    private void Take(char[] into, int length)
    {
        for (int end = Math.Min(_text.Length, _at + length); _at < end; _at++)
        {
            into[_at] = _text[_at];
        }
    }

    /// <summary>Reads to the end, or, in a hole, to the brace or braces that end it.</summary>
    private void ReadCode(int closingBraces)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            char one = _text[_at];
            if (closingBraces > 0 && depth == 0 && one == '}')
            {
                _at += closingBraces;
                return;
            }

            depth += one == '{' ? 1 : one == '}' ? -1 : 0;
            if (Sees("//"))
            {
                Take(_comments, EndOf("\n", _at) - _at);
            }
            else if (Sees("/*"))
            {
                Take(_comments, EndOf("*/", _at) + 2 - _at);
            }
            else if (one == '\'')
            {
                ReadCharacter();
            }
            else if (one is '"' or '$' or '@')
            {
                ReadLiteral();
            }
            else
            {
                Take(_code, 1);
            }
        }
    }

    private int EndOf(string what, int from)
    {
        int found = _text.IndexOf(what, Math.Min(from, _text.Length), StringComparison.Ordinal);
        return found < 0 ? _text.Length : found;
    }

    private void ReadCharacter()
    {
        int length = _at + 1 < _text.Length && _text[_at + 1] == '\\' ? 3 : 2;
        Take(_literals, EndOf("'", _at + length) + 1 - _at);
    }

    /// <summary>At a quote, or at the signs before one; a sign without a quote (@class) is code.</summary>
    private void ReadLiteral()
    {
        int signs = 0;
        while (_at + signs < _text.Length && _text[_at + signs] is '$' or '@')
        {
            signs++;
        }

        if (_at + signs >= _text.Length || _text[_at + signs] != '"')
        {
            Take(_code, Math.Max(1, signs));
            return;
        }

        ReadOnlySpan<char> prefix = _text.AsSpan(_at, signs);
        int holeBraces = prefix.Count('$');
        bool isVerbatim = prefix.Contains('@');
        Take(_literals, signs);
        int quotes = Run('"');
        if (quotes == 2)
        {
            Take(_literals, 2);
            return;
        }

        Take(_literals, quotes);
        ReadString(quotes, holeBraces, isVerbatim);
    }

    private void ReadString(int quotes, int holeBraces, bool isVerbatim)
    {
        bool isRaw = quotes >= 3;
        while (_at < _text.Length)
        {
            int braces = Run('{');
            if (Run('"') >= quotes && !(isVerbatim && Run('"') == 2))
            {
                Take(_literals, quotes);
                return;
            }

            if (holeBraces > 0 && braces >= holeBraces && (isRaw || braces % 2 == 1))
            {
                Take(_literals, braces - holeBraces);
                _at += holeBraces;
                ReadCode(holeBraces);
                continue;
            }

            bool isPair = (!isRaw && !isVerbatim && _text[_at] == '\\') || (isVerbatim && _text[_at] == '"');
            Take(_literals, braces > 0 ? braces : isPair ? 2 : 1);
        }
    }
}
