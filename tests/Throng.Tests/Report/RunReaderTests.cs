using System.Text;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Tests that a document written is read back as it was, and that a file that is no result is an error and nothing
/// worse.
/// </summary>
public sealed partial class RunReaderTests
{
    [Theory]
    [InlineData("run-full.json")]
    [InlineData("run-hold.json")]
    [InlineData("run-monitor.json")]
    public void A_document_read_and_written_again_is_the_same_bytes(string name)
    {
        byte[] json = SavedRuns.Golden(name);
        RunDocument run = SavedRuns.Read(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SavedRuns.Written(run)));
        byte[] compact = SavedRuns.Written(run, indented: false);
        Assert.Equal(compact, SavedRuns.Written(SavedRuns.Read(compact), indented: false));
    }

    [Fact]
    public void The_text_of_a_document_read_back_is_that_of_the_run()
    {
        foreach (RunDocument run in (RunDocument[])[SampleRun.Full, SampleRun.Held, SampleRun.Hold(10, 9, 1)])
        {
            RunDocument again = SavedRuns.Read(SavedRuns.Written(run));
            Assert.Equal(TextReport.Render(run), TextReport.Render(again));
            Assert.Equal(CsvReport.Render(run), CsvReport.Render(again));
        }
    }

    [Fact]
    public void A_histogram_read_back_has_every_sample()
    {
        RunDocument run = SampleRun.Full;
        RunDocument again = SavedRuns.Read(SavedRuns.Written(run));
        Assert.True(again.Response!.TryToHistogram(out Histogram histogram, out string error), error);
        Assert.Equal(run.Response!.Count, histogram.Count);
        Assert.Equal(run.Response, LatencySummary.From(histogram));
        LatencySummary inside = again.Own!["by_code_ns"].Section["noerror"].Latency;
        Assert.Equal(run.Own!["by_code_ns"].Section["noerror"].Latency, inside);
    }

    [Fact]
    public void Any_section_comes_back_and_looks_the_same()
    {
        Prng prng = new(23);
        for (int i = 0; i < Suite.Rounds(few: 100, all: 500); i++)
        {
            RunDocument run = SampleRun.Held with { Own = AnySection(ref prng, 3), Options = AnySection(ref prng, 2) };
            byte[] json = SavedRuns.Written(run);
            RunDocument again = SavedRuns.Read(json);
            Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SavedRuns.Written(again)));
            Assert.Equal(TextReport.Render(run), TextReport.Render(again));
        }
    }

    [Fact]
    public void Whole_numbers_beyond_a_double_are_exact()
    {
        RunDocument run = SampleRun.Held with { Own = new Section { ["n"] = (1L << 53) + 1 } };
        Assert.Equal((1L << 53) + 1, SavedRuns.Read(SavedRuns.Written(run)).Own!["n"].Integer);
    }

    [Fact]
    public void Keys_of_a_later_version_have_no_effect()
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Written(SampleRun.Held));
        string later = json
            .Replace("\"held\": 10000,", "\"held\": 10000, \"mood\": {\"a\": [1]},", StringComparison.Ordinal)
            .Replace("\"ended_by\"", "\"weather\": \"fair\", \"ended_by\"", StringComparison.Ordinal);
        Assert.NotEqual(json, later);
        Assert.Equal(json, Encoding.UTF8.GetString(SavedRuns.Written(SavedRuns.Read("\ufeff" + later))));
    }

    [Fact]
    public void A_key_of_a_part_that_came_later_is_missed_by_nobody()
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Written(SampleRun.Held));
        string earlier = json.Replace("\"reconnected\": 0,", "", StringComparison.Ordinal);
        Assert.NotEqual(json, earlier);
        Assert.Equal(0, SavedRuns.Read(earlier).Connections.Reconnected);
    }

    [Fact]
    public void A_part_that_is_null_reads_as_one_that_is_not_there()
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Written(SampleRun.Held));
        string odd = NotRequired().Replace(json, match => match.Groups[1].Value + "null");
        RunDocument run = SavedRuns.Read(odd);
        Assert.Equal(0, run.Connections.Held);
        Assert.Equal("", run.Tool.Name);
        Assert.All(SavedRuns.Views(run), view => Assert.NotEqual("", view));
    }

    [Fact]
    public void Further_facts_may_be_as_deep_as_a_document()
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Written(SampleRun.Held));
        string Nested(int lists) => json.Replace(
            "\"cpus\"", $"\"a\": {new string('[', lists)}{new string(']', lists)}, \"cpus\"", StringComparison.Ordinal);
        RunDocument run = SavedRuns.Read(Nested(62));
        Assert.Equal("a", Assert.Single(run.Host.More).Key);
        Assert.Equal(run.Host.More.Count, SavedRuns.Read(SavedRuns.Written(run)).Host.More.Count);
        Assert.False(RunReader.TryRead(Encoding.UTF8.GetBytes(Nested(63)), out _, out _));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \n", "it is empty")]
    [InlineData("held 10,000/10,000", "it is no JSON, or only a part of one: line 1, byte 1")]
    [InlineData("{\n\"schema\":", "it is no JSON, or only a part of one: line 2, byte 10")]
    [InlineData("[]", "it is JSON, but no object")]
    [InlineData("{}", "it has no schema, not throng.run/1")]
    [InlineData("{\"schema\":\"throng.doctor/1\"}", "its schema is 'throng.doctor/1', not throng.run/1")]
    [InlineData("{\"schema\":\"throng.run/1\"}", "it is no throng.run/1: tool is missing")]
    [InlineData("{\"schema\":\"throng.run/1\",\"tool\":7}", "it is no throng.run/1: command is missing")]
    public void What_is_no_result_is_told(string json, string what)
    {
        Assert.False(RunReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out ReadError? error));
        Assert.Equal(what, error.What);
        Assert.StartsWith("give the file that a run wrote", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"held\": 10000,", "\"held\": \"all\",", "connections.held is not a number")]
    [InlineData("\"held\": 10000,", "\"held\": 1.5,", "connections.held is no whole number of 63 bits")]
    [InlineData("\"series\": []", "\"series\": [{}, 3]", "series[1] is not an object")]
    [InlineData("\"ok\": true", "\"ok\": 1", "verdict.ok is neither true nor false")]
    [InlineData("2026-01-02", "02.01.2026", "started is no time such as 2026-01-02T03:04:05.678Z")]
    [InlineData("\"duration\"", "\"\\ud800\"", "ended_by has letters that are no Unicode")]
    [InlineData("\"cpus\"", "\"a\": [{\"b\": \"\\ud800\"}], \"cpus\"", "host.a[0].b has letters that are no Unicode")]
    [InlineData("\"series\": []", "\"series\": [null]", "series[0] is not an object")]
    [InlineData("\"series\": []", "\"series\": {}", "series is not a list")]
    [InlineData("\"closed\": {", "\"closed\": {\"reset\": true, ", "connections.closed.reset is not a number")]
    [InlineData("\"events\"", "\"hold\": 7, \"events\"", "hold is not an object")]
    public void A_part_of_another_kind_is_told_with_its_place(string part, string instead, string what)
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Written(SampleRun.Held));
        string broken = json.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(json, broken);
        Assert.False(RunReader.TryRead(Encoding.UTF8.GetBytes(broken), out RunDocument? run, out ReadError? error));
        Assert.Null(run);
        Assert.Equal("it is no throng.run/1: " + what, error.What);
    }

    [Fact]
    public void A_later_schema_and_a_run_that_failed_say_what_to_do()
    {
        Assert.False(RunReader.TryRead("{\"schema\":\"throng.run/2\"}"u8.ToArray(), out _, out ReadError? later));
        Assert.Equal("take the version of throng that wrote it, or one that came later", later.Remedy);
        Assert.False(RunReader.TryRead(SavedRuns.Golden("run-failure.json"), out _, out ReadError? failure));
        Assert.Equal(
            "that run of hold did not come about: cannot bind 10.9.9.9: EADDRNOTAVAIL", failure.What);
        Assert.Equal("add the address: ip addr add 10.9.9.9/32 dev lo", failure.Remedy);
    }

    [Fact]
    public void Half_a_document_is_an_error()
    {
        byte[] small = SavedRuns.Written(SampleRun.Held);
        for (int length = 0; length < small.Length - 2; length++)
        {
            Assert.False(RunReader.TryRead(small.AsMemory(0, length), out _, out ReadError? error));
            Assert.NotEqual("", error.What);
        }

        byte[] monitor = SavedRuns.Monitor;
        for (int length = 0; length < monitor.Length - 2; length += 251)
        {
            Assert.False(RunReader.TryRead(monitor.AsMemory(0, length), out _, out _));
        }
    }

    [Fact]
    public void A_document_with_a_byte_changed_is_an_error_or_a_document_that_every_view_shows()
    {
        Prng prng = new(29);
        int read = 0;
        int refused = 0;
        int rounds = Suite.Rounds(few: 100, all: 600);
        foreach (byte[] whole in (byte[][])[SavedRuns.Written(SampleRun.Full), SavedRuns.Monitor])
        {
            for (int i = 0; i < rounds; i++)
            {
                byte[] json = [.. whole];
                for (long flips = prng.NextInRange(1, 3); flips > 0; flips--)
                {
                    json[prng.NextInRange(0, json.Length - 1)] = i % 2 == 0
                        ? (byte)prng.NextInRange(0, 255)
                        : (byte)"0123456789-.eE\"{}[],:ntf\\"[(int)prng.NextInRange(0, 24)];
                }

                if (RunReader.TryRead(json, out RunDocument? run, out ReadError? error))
                {
                    read++;
                    IEnumerable<string> views = i % 10 < 2 ? SavedRuns.Pages(run) : SavedRuns.Views(run);
                    Assert.All(views, view => Assert.EndsWith("\n", view, StringComparison.Ordinal));
                    byte[] again = SavedRuns.Written(run);
                    Assert.Equal(again, SavedRuns.Written(SavedRuns.Read(again)));
                }
                else
                {
                    refused++;
                    Assert.DoesNotContain(error.What + error.Remedy, char.IsControl);
                }
            }
        }

        Assert.True(read > rounds / 4 && refused > rounds / 4, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    [InlineData("0")]
    public void Every_view_shows_a_document_of_such_numbers(string number)
    {
        string json = Encoding.UTF8.GetString(SavedRuns.Monitor);
        string odd = WholeNumber().Replace(json, ": " + number);
        Assert.NotEqual(json, odd);
        Assert.All(SavedRuns.Views(SavedRuns.Read(odd)), view => Assert.NotEqual("", view));
        Assert.All(SavedRuns.Pages(SavedRuns.Read(odd)), view => Assert.NotEqual("", view));
    }

    [GeneratedRegex(@": -?\d+(?=[,\n])")]
    private static partial Regex WholeNumber();

    // Values of the second level: the required keys are those of the first.
    [GeneratedRegex("(\n    \"[a-z_]+\": )(\"[^\"]*\"|[0-9]+|true|false)(?=[,\n])")]
    private static partial Regex NotRequired();

    private static Section AnySection(ref Prng prng, int depth)
    {
        Section section = [];
        for (long left = prng.NextInRange(1, 6); left > 0; left--)
        {
            string unit = prng.NextInRange(0, 3) switch { 0 => "_ns", 1 => "_bytes", 2 => "_per_s", _ => "" };
            section[$"k{prng.NextInRange(0, 9)}{unit}"] = AnyNode(ref prng, depth);
        }

        return section;
    }

    private static Node AnyNode(ref Prng prng, int depth)
    {
        switch (prng.NextInRange(0, depth > 0 ? 8 : 5))
        {
            case 0:
                return Node.Null;
            case 1:
                return prng.NextInRange(0, 1) == 1;
            case 2:
                return prng.NextInRange(0, 1) == 0 ? "a \"text\" \u00e9\U0001f600 + < \\" : "";
            case 3:
                return prng.NextInRange(-9_000_000_000_000_000, 9_000_000_000_000_000);
            case 4:
                return Math.Pow(10, prng.NextInRange(-20, 20)) * (prng.NextInRange(0, 1) == 0 ? 1 : prng.NextDouble());
            case 5:
                return prng.NextInRange(-5, 5) * 1.0;
            case 6:
                return AnySection(ref prng, depth - 1);
            case 7:
                return Node.ListOf([AnyNode(ref prng, depth - 1), AnyNode(ref prng, depth - 1)]);
            default:
                return Node.ListOf(
                    (Node[])[AnySection(ref prng, depth - 1), AnySection(ref prng, depth - 1), new Section()]);
        }
    }
}
