using System.Text;

namespace Throng.Report;

/// <summary>
/// A page under construction. What comes from a document goes through <see cref="Escape"/>, and nowhere else.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    /// <summary>Text between tags or quotes; none of it is markup, and no line ends before a percent sign.</summary>
    public static string Escape(string text) =>
        SvgText.Escape(text).Replace(" %", "\u00a0%", StringComparison.Ordinal);

    /// <summary>A line, already HTML.</summary>
    public HtmlText Line(string html)
    {
        _text.Append(html).Append('\n');
        return this;
    }

    /// <summary>A part of a line, already HTML.</summary>
    public HtmlText Add(string html)
    {
        _text.Append(html);
        return this;
    }

    /// <summary>
    /// A table out of texts: a heading first in each column. It scrolls on its own where it is too wide. Words are
    /// aligned to the left, numbers to the right.
    /// </summary>
    /// <param name="left">Columns of words by their numbers, whatever stands in them.</param>
    /// <param name="name">What it is, for those who do not see it.</param>
    public void Table(string name, IReadOnlyList<string[]> columns, params ReadOnlySpan<int> left)
    {
        int lines = columns.Count == 0 ? 0 : columns[0].Length;
        string[] classes = new string[columns.Count];
        for (int column = 0; column < columns.Count; column++)
        {
            classes[column] = left.Contains(column) || IsWords(columns[column]) ? "wide" : "n";
        }

        Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Escape(name)}\"><table>");
        for (int line = 0; line < lines; line++)
        {
            string tag = line == 0 ? "th" : "td";
            Add(line == 0 ? "<thead><tr>" : "<tr>");
            for (int column = 0; column < columns.Count; column++)
            {
                Add($"<{tag} class=\"{classes[column]}\">{Escape(columns[column][line].Trim())}</{tag}>");
            }

            Line(line == 0 ? "</tr></thead><tbody>" : "</tr>");
        }

        Line("</tbody></table></div>");
    }

    private static bool IsWords(string[] column) =>
        column.Skip(1).Any(cell => cell.Length > 0 && char.IsLetter(cell[0]));

    public override string ToString() => _text.ToString();
}
