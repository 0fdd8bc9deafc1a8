using System.Text;

namespace Throng;

/// <summary>One line of a view: pieces of text, each with its ink. Every character is one column.</summary>
public sealed class StyledLine
{
    private readonly List<(string Text, Ink Ink)> _pieces = [];

    public int Columns { get; private set; }

    /// <summary>Without inks.</summary>
    public string Text => string.Concat(_pieces.Select(piece => piece.Text));

    /// <summary>Appends; what is not one column wide becomes a question mark.</summary>
    public StyledLine Add(string text, Ink ink = Ink.Plain)
    {
        if (text.Length > 0)
        {
            _pieces.Add((Plain(text), ink));
            Columns += text.Length;
        }

        return this;
    }

    public StyledLine Add(StyledLine other)
    {
        foreach ((string text, Ink ink) in other._pieces)
        {
            Add(text, ink);
        }

        return this;
    }

    /// <summary>Blanks up to a column; nothing when it is that wide already.</summary>
    public StyledLine PadTo(int column) => Add(new string(' ', Math.Max(0, column - Columns)));

    /// <summary>At most so many columns of it; where something is cut off, the last of them is a mark.</summary>
    public StyledLine CutTo(int columns)
    {
        if (Columns <= columns)
        {
            return this;
        }

        StyledLine cut = new();
        int left = columns - 1;
        foreach ((string text, Ink ink) in _pieces)
        {
            cut.Add(text[..Math.Min(text.Length, Math.Max(0, left))], ink);
            left -= text.Length;
        }

        return columns <= 0 ? new StyledLine() : cut.Add(">", Ink.Dim);
    }

    /// <summary>With escape sequences for the inks, back to plain at the end of each piece.</summary>
    public string ToTerminal(bool hasColours)
    {
        if (!hasColours)
        {
            return Text;
        }

        StringBuilder line = new();
        foreach ((string text, Ink ink) in _pieces)
        {
            string code = Code(ink);
            line.Append(code.Length == 0 || string.IsNullOrWhiteSpace(text) ? text : $"\e[{code}m{text}\e[m");
        }

        return line.ToString();
    }

    private static string Code(Ink ink) => ink switch
    {
        Ink.Dim => "2",
        Ink.Strong => "1",
        Ink.Good => "32",
        Ink.Warn => "33",
        Ink.Bad => "1;31",
        Ink.Accent => "36",
        _ => "",
    };

    private static string Plain(string text) => text.All(Glyphs.IsOneColumn)
        ? text
        : string.Concat(text.Select(character => Glyphs.IsOneColumn(character) ? character : '?'));
}
