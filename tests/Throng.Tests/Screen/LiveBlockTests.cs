using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the text written, on a terminal that does as it is told.</summary>
public sealed class LiveBlockTests
{
    private readonly FakeTerminal _terminal = new(30, 10);
    private readonly LiveBlock _block = new(hasColours: true);

    [Fact]
    public void Rows_are_drawn_in_place_and_answers_go_above()
    {
        _terminal.Write("$ throng\r\n");
        Show("a", "b", "hold $ ");
        Assert.Equal("$ throng\na\nb\nhold $", _terminal.Text);
        Show("a", "B2", "hold $ se");
        Assert.Equal("$ throng\na\nB2\nhold $ se", _terminal.Text);
        Assert.Equal((3, 9), _terminal.Cursor);
        _terminal.Write(_block.Erase(29) + "hold $ set 5\nrequested 5\n");
        Show("a", "B2", "hold $ ");
        Assert.Equal("$ throng\nhold $ set 5\nrequested 5\na\nB2\nhold $", _terminal.Text);
        _terminal.Write(_block.Erase(29));
        Assert.Equal("$ throng\nhold $ set 5\nrequested 5", _terminal.Text);
        Assert.Equal((3, 0), _terminal.Cursor);
    }

    [Fact]
    public void At_the_bottom_the_rest_scrolls()
    {
        _terminal.Write(string.Concat(Enumerable.Range(0, 9).Select(line => $"{line}\r\n")));
        Show("a", "b", "c", "$ ");
        Assert.Equal("3\n4\n5\n6\n7\n8\na\nb\nc\n$", _terminal.Text);
        Show("a", "$ ");
        Assert.Equal("3\n4\n5\n6\n7\n8\na\n$", _terminal.Text);
    }

    [Fact]
    public void Only_what_has_changed_is_written()
    {
        Show("a", "b", "c", "$ ");
        Assert.Equal("", _block.Draw(Lines("a", "b", "c", "$ "), 29));
        string changed = _block.Draw(Lines("a", "x", "c", "$ "), 29);
        Assert.Equal("\r\e[2A\e[32mx\e[m\e[K\e[2B\r\e[2C", changed);
        LiveView view = SampleViews.Query();
        LiveBlock whole = new(hasColours: true);
        string first = whole.Draw(LiveLayout.Render(view, PromptLine.Empty, 119, 40, Glyphs.Unicode), 119);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(first), 1000, 6000);
    }

    [Fact]
    public void A_narrower_terminal_has_broken_the_rows()
    {
        _terminal.Write("before\r\n");
        Show("aaaaaaaaaaaaaaaaaaaa", "bbbbb", "$ ");
        FakeTerminal narrow = new(8, 10);
        narrow.Write("before\r\naaaaaaa\r\naaaaaaa\r\naaaaaa\r\nbbbbb\r\n$ ");
        narrow.Write(_block.Draw(Lines("a", "b", "$ "), 7));
        Assert.Equal("before\na\nb\n$", narrow.Text);
    }

    private void Show(params string[] lines) => _terminal.Write(_block.Draw(Lines(lines), 29));

    private static LiveLines Lines(params string[] lines) =>
        new([.. lines.Select(line => new StyledLine().Add(line, Ink.Good))], lines[^1].Length);
}
