using System.Text.Json;
using Xunit;

namespace Throng.Tests;

/// <summary>--fail-on: a figure becomes an exit code.</summary>
public sealed class CliThresholds
{
    [Fact]
    public void What_holds_ends_with_0_and_a_line_in_the_report()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms", "--fail-on", "connections.held < 90"));
        Assert.EndsWith("\nfail-on      connections.held < 90: 90, passed\n", shell.Out, StringComparison.Ordinal);
        Assert.Equal("", shell.Error);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("query")]
    [InlineData("churn")]
    [InlineData("saturate")]
    [InlineData("monitor")]
    [InlineData("bench")]
    [InlineData("serve")]
    public void One_of_several_that_fails_ends_with_99(string command)
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(99, shell.Run(
            [command, .. Shortly(command), "--fail-on", "connections.held<91", "--fail-on",
                "connections.closed.reset > 0"]));
        Assert.EndsWith(
            "\nfail-on      connections.held<91: 90, failed\nfail-on      connections.closed.reset > 0: 0, passed\n",
            shell.Out, StringComparison.Ordinal);
        Assert.Equal($"throng {command}: --fail-on connections.held<91: 90, failed\n", shell.Error);
        Assert.StartsWith("done; --fail-on connections.held<91: 90, failed\n", shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_has_the_outcomes_and_the_options()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run("hold", "--for", "1ms", "--json", "--fail-on=connections.held < 95%",
            "--fail-on=connections.opened<100"));
        JsonElement root = JsonDocument.Parse(shell.Out).RootElement;
        JsonElement[] outcomes = [.. root.GetProperty("thresholds").EnumerateArray()];
        Assert.Equal("connections.held < 95%", outcomes[0].GetProperty("text").GetString());
        Assert.False(outcomes[0].GetProperty("ok").GetBoolean());
        Assert.Equal(0.9, outcomes[0].GetProperty("value").GetDouble());
        Assert.True(outcomes[1].GetProperty("ok").GetBoolean());
        Assert.Equal(
            ["connections.held < 95%", "connections.opened<100"],
            root.GetProperty("options").GetProperty("fail_on").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public void A_condition_on_nothing_fails()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run("hold", "--for", "1ms", "--fail-on", "response.p99 > 20ms"));
        Assert.Equal("throng hold: --fail-on response.p99 > 20ms: no data, failed\n", shell.Error);
    }

    [Fact]
    public void A_job_that_was_not_done_ends_with_1_all_the_same()
    {
        CliShell shell = new();
        shell.Live.Opened = 0;
        Assert.Equal(1, shell.Run("hold", "--for", "1ms", "--fail-on", "connections.opened < 1"));
        CliShell unwritten = new();
        Assert.Equal(1, unwritten.Run(
            "hold", "--for", "1ms", "--fail-on", "connections.held < 91", "--csv", "/dev/full"));
    }

    [Theory]
    [InlineData("respnse.p99 > 1ms", "there is no metric 'respnse.p99'; did you mean 'response.p99'?")]
    [InlineData("response.p99", "'response.p99' is not a threshold: it has no comparison (> >= < <= = !=); ")]
    [InlineData("response.p99 > fast", "'response.p99 > fast' is not a threshold: 'fast' is not a duration")]
    [InlineData("duration > 5%", "'duration > 5%' is not a threshold: 'duration' is not a part of anything")]
    [InlineData("\u001b[2J > 1", "there is no metric '\\u{1b}[2J'")]
    public void What_is_no_condition_is_refused(string written, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("serve", "--fail-on", written));
        Assert.StartsWith($"throng serve: --fail-on: {error}", shell.Error, StringComparison.Ordinal);
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void A_requirement_that_is_not_true_ends_with_99_everywhere()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run("hold", "--for", "1ms", "--require", "connections.held >= 91", "--require",
            "connections.opened = 100", "--require", "ended_by=duration", "--fail-on", "ended_by = signal"));
        Assert.Equal("throng hold: --require connections.held >= 91: 90, failed\n", shell.Error);
        Assert.StartsWith("done; --require connections.held >= 91: 90, failed\n", shell.Out, StringComparison.Ordinal);
        Assert.EndsWith(
            "\nfail-on      ended_by = signal: duration, passed\nrequire      connections.held >= 91: 90, failed\n"
                + "require      connections.opened = 100: 100, passed\n"
                + "require      ended_by=duration: duration, passed\n",
            shell.Out, StringComparison.Ordinal);
        Assert.Equal(99, new CliShell().Run("hold", "--for", "1ms", "--require", "response.p99 < 1s"));
        Assert.Equal(0, new CliShell().Run("hold", "--for", "1ms", "--require", "connections.held >= 90"));
    }

    [Fact]
    public void The_document_and_the_JUnit_file_have_requirements_too()
    {
        string path = Path.GetTempFileName();
        CliShell shell = new();
        Assert.Equal(99, shell.Run("hold", "--for", "1ms", "--json", "--require", "ended_by = quit", "--junit", path));
        JsonElement root = JsonDocument.Parse(shell.Out).RootElement;
        JsonElement outcome = Assert.Single(root.GetProperty("thresholds").EnumerateArray());
        Assert.True(outcome.GetProperty("required").GetBoolean());
        Assert.False(outcome.GetProperty("ok").GetBoolean());
        Assert.Equal("duration", outcome.GetProperty("word").GetString());
        Assert.Equal("ended_by = quit", root.GetProperty("options").GetProperty("require")[0].GetString());
        Assert.Contains("name=\"require ended_by = quit\"", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("<failure message=\"ended_by = quit: duration, failed\" type=\"threshold\">",
            File.ReadAllText(path), StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void The_environment_gives_several_without_blanks_in_them()
    {
        CliShell shell = new();
        shell.Environment["THRONG_FAIL_ON"] = "connections.held<91 connections.opened<100";
        Assert.Equal(99, shell.Run("hold", "--for", "1ms"));
        Assert.Contains("connections.opened<100: 100, passed\n", shell.Out, StringComparison.Ordinal);
    }

    /// <summary>
    /// Options that make a command end soon: commands that follow a schedule end by it, and the schedule is over here.
    /// </summary>
    private static string[] Shortly(string command) => command switch
    {
        "query" or "monitor" => ["--for", "1s"],
        "churn" => ["--for", "1s", "--rate", "10"],
        "saturate" or "bench" => [],
        _ => ["--for", "1ms"],
    };
}
