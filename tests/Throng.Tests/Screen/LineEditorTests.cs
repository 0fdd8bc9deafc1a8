using System.Text;
using Xunit;

namespace Throng.Tests;

/// <summary>Keys in, a line out.</summary>
public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Theory]
    [InlineData("set 5", "set 5", 5)]
    [InlineData("sex\x7ft 5", "set 5", 5)]
    [InlineData("set 5\x15quit", "quit", 4)]
    [InlineData("set 50\e[D\e[D\x7f 1", "set 150", 5)]
    [InlineData("et\u0001s\u0005 5", "set 5", 5)]
    [InlineData("set 5\e[H\e[3~\e[C\e[F!", "et 5!", 5)]
    [InlineData("set  rate 5\x17\x17", "set  ", 5)]
    [InlineData("set 5\e[D\u000b", "set ", 4)]
    [InlineData("a\u00e4\e[99;5Zb\eOD\u0004", "a", 1)]
    [InlineData("\x7f\x7f\u000b\x17", "", 0)]
    public void Keys_edit(string keys, string text, int cursor)
    {
        Type(keys);
        Assert.Equal(new PromptLine(text, cursor), _editor.Line);
    }

    [Fact]
    public void Lines_before_come_back()
    {
        foreach (string line in (string[])["one", "two", "two", " "])
        {
            Assert.Equal(Edit.Entered, Type(line + "\r"));
            Assert.Equal(line, _editor.Enter());
        }

        Type("half\e[A");
        Assert.Equal("two", _editor.Line.Text);
        Type("\e[A");
        Assert.Equal("one", _editor.Line.Text);
        Assert.Equal(Edit.None, Type("\e[A"));
        Type("\e[B\e[B");
        Assert.Equal("half", _editor.Line.Text);
    }

    [Fact]
    public void Only_an_empty_line_ends_by_ctrl_d()
    {
        Assert.Equal(Edit.Changed, Type("ab\e[D\u0004"));
        Assert.Equal("a", _editor.Line.Text);
        Type("\x15");
        Assert.Equal(Edit.Ended, Type("\u0004"));
        Assert.Equal(Edit.Redrawn, Type("\u000c"));
    }

    [Fact]
    public void A_line_that_never_ends_takes_no_memory()
    {
        Type(new string('x', 5000));
        Assert.Equal(LineEditor.CharactersMax, _editor.Line.Text.Length);
    }

    [Theory]
    [InlineData("set 250k", 8, 40, "hold $ set 250k", 15)]
    [InlineData("0123456789", 10, 12, "$ 123456789", 11)]
    [InlineData("0123456789", 0, 12, "$ 012345678", 2)]
    [InlineData("0123456789", 5, 4, "234", 3)]
    [InlineData("0123456789", 5, 1, "", 0)]
    public void The_cursor_is_always_shown(string text, int at, int columns, string shown, int cursor)
    {
        StyledLine line = new PromptLine(text, at).Render("hold", columns, out int column);
        Assert.Equal(shown, line.Text);
        Assert.Equal(cursor, column);
    }

    private Edit Type(string keys)
    {
        Edit last = Edit.None;
        foreach (byte key in Encoding.UTF8.GetBytes(keys))
        {
            last = _editor.Take(key);
        }

        return last;
    }
}
