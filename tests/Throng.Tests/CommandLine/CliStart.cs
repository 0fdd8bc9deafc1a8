using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A load that is told when to begin, and asked for its result: the words and the answers.</summary>
public sealed class CliStart
{
    private readonly CliRun _run = new();
    private readonly LiveConsole _console;
    private int _woken;

    public CliStart() => _console = new LiveConsole(_run, () => new DescriptorUse(120, 1024, 4096), () => _woken++);

    [Fact]
    public void The_option_takes_a_moment_or_the_word()
    {
        Assert.True(StartTime.TryRead("told", out StartTime told, out _));
        Assert.Equal(new StartTime(null, true), told);
        Assert.True(StartTime.TryRead("2030-01-31T12:00:00.123456789Z", out StartTime at, out _));
        Assert.False(at.IsTold);
        Assert.InRange(
            at.At!.Value.Ticks - new DateTimeOffset(2030, 1, 31, 12, 0, 0, TimeSpan.Zero).Ticks, 1234567, 1234568);
        Assert.False(StartTime.TryRead("soon", out _, out string error));
        Assert.EndsWith("; or told", error, StringComparison.Ordinal);
        Section options = [];
        StartTime.Show(options, RunStates.StartAtKey, told);
        Assert.Equal("told", options.Text(RunStates.StartAtKey));
    }

    [Fact]
    public void Start_tells_a_run_that_waits_and_no_other()
    {
        Answer refused = _console.Execute("start");
        Assert.True(refused.IsRefused);
        Assert.Equal("this run does not wait to be told; --start-at told makes one that does", refused.Text);
        _run.StartNs = long.MaxValue;
        Assert.True(_console.Execute("start tomorrow").IsRefused);
        Assert.Equal("starts now", _console.Execute("start").Text);
        Assert.Equal(
            "starts at 2030-01-31T12:00:00.25Z", _console.Execute("start 2030-01-31T12:00:00.250Z").Text);
        Assert.Equal(2, _woken);
        _run.IsReady = false;
        Assert.Equal("starts as soon as its connections are open", _console.Execute("start").Text);
        Assert.Equal(
            ["start", "start 2030-01-31T12:00:00.2500000+00:00", "start"], _run.Calls);
    }

    [Fact]
    public void Ready_says_what_is_missing()
    {
        Assert.Equal("ready", _console.Execute("ready").Text);
        _run.IsReady = false;
        Answer answer = _console.Execute("ready");
        Assert.False(answer.IsRefused);
        Assert.Equal("not ready: 90 of 100 open", answer.Text);
        _run.StartNs = long.MaxValue;
        Assert.Contains(
            "start         waits to be told, not ready: 90 of 100 open\n", _console.Execute("status").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Result_is_one_line_of_json()
    {
        string text = _console.Execute("result").Text;
        Assert.DoesNotContain('\n', text);
        Assert.Equal("running", JsonDocument.Parse(text).RootElement.GetProperty("ended_by").GetString());
        _run.ConnectsTo.Clear();
        Assert.False(_console.Execute("result").IsRefused);
        Assert.Equal("start is for a load, and this run only serves", _console.Execute("start").Text);
    }

    [Fact]
    public void The_time_of_a_run_that_waits_begins_when_it_is_told()
    {
        CliRun run = new()
        {
            StartNs = long.MaxValue, Spec = new() { Command = "hold", DurationNs = 20 * Ns.Millisecond },
        };
        LiveConsole console = new(run, () => new DescriptorUse(0, 0, 0), () => { });
        using Signals signals = new();
        RunWatch watch = new(run, console, signals, _ => { }, showsProgress: false);
        string endedBy = "";
        Thread waiting = new(() => endedBy = watch.Wait());
        waiting.Start();
        Assert.False(waiting.Join(100), "its time has not begun");
        run.StartNs = Linux.Clock.NowNs();
        signals.Wake();
        Assert.True(waiting.Join(60_000));
        Assert.Equal("duration", endedBy);
    }
}
