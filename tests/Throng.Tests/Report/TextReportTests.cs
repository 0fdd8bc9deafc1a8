using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class TextReportTests
{
    [Fact]
    public void A_full_document_is_drawn_as_agreed() =>
        GoldenFile.Match("run-full.txt", TextReport.Render(SampleRun.Full));

    [Fact]
    public void A_small_one_is_short() => GoldenFile.Match("run-hold.txt", TextReport.Render(SampleRun.Held));

    [Fact]
    public void No_line_is_longer_than_a_hundred_columns_or_carries_control_characters()
    {
        string word = new('x', 250);
        RunDocument run = SampleRun.Full with
        {
            Verdict = new Verdict(
                false,
                "\u001b[31m" + word,
                [new Finding(Severity.Error, "r", string.Join(' ', Enumerable.Repeat("word", 100)), word, word)]),
            Own = new Section { [word] = word, ["short"] = 1, ["empty"] = new Section() },
        };
        string text = TextReport.Render(run);
        Assert.All(text.Split('\n'), line =>
        {
            Assert.InRange(line.Length, 0, 100);
            Assert.DoesNotContain(line, char.IsControl);
            Assert.Equal(line.TrimEnd(), line);
        });
    }

    [Fact]
    public void Rates_that_are_null_in_a_document_are_dashes()
    {
        RunDocument run = SampleRun.Full with { Rate = new Rate(double.NaN, double.NaN) };
        run = run with { Verdict = Verdict.Judge(run) };
        Assert.DoesNotContain("NaN", TextReport.Render(run), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", MarkdownReport.Render(run), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", HtmlReport.Render(run), StringComparison.Ordinal);
        Assert.Null(Metrics.Value(run, "rate.achieved"));
    }
}
