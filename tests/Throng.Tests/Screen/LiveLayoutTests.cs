using System.Text;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The view as text at several sizes, compared with files; and that no size breaks it.</summary>
public sealed class LiveLayoutTests
{
    private static readonly (int Columns, int Rows)[] Sizes = [(80, 24), (120, 40), (40, 8), (20, 4), (1, 1)];

    public static TheoryData<string> Commands =>
        ["hold", "query", "churn", "saturate", "monitor", "bench", "serve", "serve-xdp"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Looks_as_it_did(string command)
    {
        StringBuilder text = new();
        foreach ((int columns, int rows) in Sizes)
        {
            LiveLines lines = LiveLayout.Render(
                SampleViews.Of(command), new PromptLine("set", 3), columns, rows, Glyphs.Unicode);
            text.Append($"{columns} x {rows}, cursor {lines.Cursor}\n");
            foreach (StyledLine line in lines.Lines)
            {
                text.Append('|').Append(line.Text).Append('\n');
            }
        }

        GoldenFile.Match($"live-{command}.txt", text.ToString());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Never_exceeds_the_terminal(string command)
    {
        LiveView view = SampleViews.Of(command);
        PromptLine prompt = new(new string('x', 300), 150);
        for (int columns = 1; columns < 140; columns++)
        {
            for (int rows = 1; rows < 45; rows += columns < 30 ? 1 : 7)
            {
                LiveLines lines = LiveLayout.Render(view, prompt, columns, rows, Glyphs.Ascii);
                Assert.InRange(lines.Lines.Count, 1, rows);
                Assert.InRange(lines.Cursor, 0, columns - 1);
                Assert.All(lines.Lines, line =>
                {
                    Assert.InRange(line.Text.Length, 0, columns);
                    Assert.Equal(line.Text.Length, line.Columns);
                    Assert.All(line.Text, character => Assert.InRange(character, ' ', '~'));
                });
            }
        }
    }

    [Fact]
    public void A_view_without_anything_yet_is_one_too()
    {
        LiveView empty = new()
        {
            Spec = new() { Command = "hold" },
            Engine = "",
            Where = "",
            Snapshot = new() { Now = new CliRun().Now with
            {
                Open = 0, Requested = 0, AtNs = 0,
                Counts = new CliRun().Now.Counts.With(Counter.Opened, 0),
            } },
            Descriptors = new DescriptorUse(-1, 0, 0),
        };
        Assert.NotEmpty(LiveLayout.Render(empty, PromptLine.Empty, 80, 24, Glyphs.Unicode).Lines);
    }

    [Fact]
    public void Colours_mark_what_is_lost_and_go_without_changing_the_text()
    {
        LiveLines lines = LiveLayout.Render(SampleViews.Hold(), PromptLine.Empty, 100, 24, Glyphs.Unicode);
        StyledLine state = lines.Lines[1];
        Assert.Contains("\e[1;31m5 connections lost (reset 4, ping-timeout 1)", state.ToTerminal(true));
        Assert.DoesNotContain('\e', state.ToTerminal(false));
        Assert.Equal(state.Text, state.ToTerminal(false));
    }

    [Fact]
    public void Bars_and_histories_are_as_long_as_they_are_told()
    {
        Assert.Equal(("━━╸", "──"), Glyphs.Unicode.Bar(0.5, 5));
        Assert.Equal(("", "────"), Glyphs.Unicode.Bar(double.NaN, 4));
        Assert.Equal(("####", ""), Glyphs.Ascii.Bar(7, 4));
        Assert.Equal("   ▁▅█", Glyphs.Unicode.History([0, 5, 9], 6));
        Assert.Equal("▁ █", Glyphs.Unicode.History([77, 0, null, 1], 3));
        Assert.Equal(Glyphs.Ascii, Glyphs.Choose(new Dictionary<string, string> { ["LANG"] = "C" }));
        Assert.Equal(
            Glyphs.Unicode, Glyphs.Choose(new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["LANG"] = "C" }));
    }

    [Theory]
    [InlineData(true, "xterm-256color", true)]
    [InlineData(true, "dumb", false)]
    [InlineData(true, "", false)]
    [InlineData(false, "xterm", false)]
    public void A_terminal_that_can_do_it_is_needed(bool isTerminal, string term, bool fits)
    {
        Shell shell = new()
        {
            Input = Stream.Null,
            Output = Stream.Null,
            Error = TextWriter.Null,
            IsInputTerminal = isTerminal,
            IsOutputTerminal = true,
            Environment = new Dictionary<string, string> { ["TERM"] = term },
        };
        Assert.Equal(fits, LiveScreen.Fits(shell));
    }

    [Fact]
    public void A_guided_run_between_two_steps_says_so()
    {
        LiveView view = SampleViews.Of("saturate");
        Assert.Equal("step 4 at 450/s", LiveVerdict.Phase(view));
        LiveView between = view with { Snapshot = view.Snapshot with { Doing = "" } };
        Assert.Equal("between two steps", LiveVerdict.Phase(between));
    }

    [Fact]
    public void What_a_terminal_would_obey_is_not_passed_on()
    {
        Assert.Equal("a?[2Jb", new StyledLine().Add("a\e[2Jb").Text);
        Assert.Equal("ab>", new StyledLine().Add("ab", Ink.Bad).Add("cd").CutTo(3).Text);
        Assert.Equal("", new StyledLine().Add("ab").CutTo(0).Text);
    }
}
