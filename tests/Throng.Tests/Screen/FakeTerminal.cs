using System.Globalization;
using System.Text.RegularExpressions;

namespace Throng.Tests;

/// <summary>A terminal that knows what the view uses, and throws at anything else.</summary>
internal sealed partial class FakeTerminal
{
    private readonly char[][] _rows;
    private readonly int _columns;
    private int _row;
    private int _column;

    public FakeTerminal(int columns, int rows)
    {
        _columns = columns;
        _rows = [.. Enumerable.Range(0, rows).Select(_ => Blank(columns))];
    }

    public (int Row, int Column) Cursor => (_row, _column);

    /// <summary>Content of the terminal, without the empty part below and at the right.</summary>
    public string Text => string.Join('\n', _rows.Select(row => new string(row).TrimEnd())).TrimEnd('\n');

    public void Write(string text)
    {
        foreach (Match piece in Piece().Matches(text))
        {
            int count = piece.Groups["n"].Value is { Length: > 0 } number
                ? int.Parse(number.Split(';')[0], CultureInfo.InvariantCulture)
                : 0;
            Do(piece.Value, piece.Groups["what"].Value, count);
        }
    }

    private void Do(string piece, string what, int count)
    {
        switch (what)
        {
            case "A":
                _row = Math.Max(0, _row - count);
                break;
            case "B":
                _row = Math.Min(_rows.Length - 1, _row + count);
                break;
            case "C":
                _column = Math.Min(_columns - 1, _column + count);
                break;
            case "J":
                Array.Fill(_rows[_row], ' ', _column, _columns - _column);
                Array.ForEach(_rows[(_row + 1)..], row => Array.Fill(row, ' '));
                break;
            case "K":
                Array.Fill(_rows[_row], ' ', _column, _columns - _column);
                break;
            case "m":
                break;
            case "":
                Put(piece[0]);
                break;
            default:
                throw new NotSupportedException(piece);
        }
    }

    private void Put(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                break;
            case '\n': // as the kernel passes it on: with a return
                _column = 0;
                if (++_row == _rows.Length)
                {
                    _row--;
                    Array.Copy(_rows, 1, _rows, 0, _row);
                    _rows[_row] = Blank(_columns);
                }

                break;
            case >= ' ':
                _rows[_row][_column++] = character;
                break;
            default:
                throw new NotSupportedException($"{(int)character}");
        }
    }

    private static char[] Blank(int columns) => [.. Enumerable.Repeat(' ', columns)];

    [GeneratedRegex("\e\\[(?<n>[0-9;]*)(?<what>[A-Za-z])|(?s:.)")]
    private static partial Regex Piece();
}
