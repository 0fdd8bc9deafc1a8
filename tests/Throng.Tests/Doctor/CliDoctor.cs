using System.Text.Json;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng doctor`: the plan is an ordinary command line, and nothing is started.</summary>
public class CliDoctor
{
    [Fact]
    public void Without_a_plan_it_says_what_the_host_can_do()
    {
        CliShell shell = new() { Host = RecordedHost.Small };
        Assert.Equal(0, shell.Run("doctor"));
        Assert.Equal("", shell.Error);
        Assert.StartsWith("this host, Linux 6.12.9, with uring (io_uring works here)\n", shell.Out,
            StringComparison.Ordinal);
        Assert.Contains("\nthe limit: ports, 28,232 connections from one source address to one target; ",
            shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "doctor hold 25k --target 10.0.0.2:7000")]
    [InlineData(3, "doctor hold 200k --target 10.0.0.2:7000")]
    [InlineData(0, "doctor hold 2m --target 10.0.0.2:7000-7039 --source 10.0.1.0/28")]
    [InlineData(0, "doctor hold 50k")]
    [InlineData(0, "doctor query -c 25k --target 10.0.0.2")]
    [InlineData(3, "doctor query -c 200k --target 10.0.0.2")]
    [InlineData(0, "doctor query --rate 1m -c 50k --protocol echo")]
    [InlineData(0, "doctor churn --rate 400 --target 10.0.0.2:80")]
    [InlineData(0, "doctor churn --rate 500 --target 10.0.0.2:80")]
    [InlineData(3, "doctor churn --rate 500 --target 10.0.0.2:80 --in-flight-max 20k")]
    [InlineData(3, "doctor query -c 20k --rate 10k --queries-per-connection 10 --target 10.0.0.2")]
    [InlineData(0, "doctor saturate --target 10.0.0.2:80")]
    [InlineData(0, "doctor saturate --rate-max 100")]
    [InlineData(0, "doctor saturate --target 10.0.0.2:80 --start 3k --step 10s")]
    [InlineData(3, "doctor saturate --target 10.0.0.2:80 --start 3k --step 10s --in-flight-max 20k")]
    [InlineData(0, "doctor serve --listen 127.0.0.1:7000-7009")]
    [InlineData(0, "doctor serve --backlog 100k")]
    public void It_ends_with_3_when_the_plan_does_not_fit_and_starts_nothing(int exitCode, string line)
    {
        CliShell shell = new() { Host = RecordedHost.Tracking with { ConntrackMax = null } };
        Assert.Equal(exitCode, shell.Run(line.Split(' ')));
        Assert.Equal("", shell.Error);
        Assert.Contains("\nthe limit: ", shell.Out, StringComparison.Ordinal);
        Assert.Null(shell.Hold);
        Assert.Null(shell.Query);
        Assert.Null(shell.Churn);
        Assert.Null(shell.Saturate);
        Assert.Null(shell.Serve);
        CliShell json = new() { Host = shell.Host };
        Assert.Equal(exitCode, json.Run(["doctor", "--json", .. line.Split(' ').Skip(1)]));
        Assert.Equal(exitCode == 0, JsonDocument.Parse(json.Out).RootElement.GetProperty("fits").GetBoolean());
        CliShell behind = new() { Host = shell.Host };
        Assert.Equal(exitCode, behind.Run([.. line.Split(' '), "--json"]));
        Assert.Equal(json.Out, behind.Out);
    }

    [Fact]
    public void The_sum_of_many_sources_and_targets_comes_first()
    {
        CliShell shell = new() { Host = RecordedHost.Tracking };
        _ = shell.Run("doctor", "hold", "2m", "--target", "10.0.0.2:7000-7039", "--source", "10.0.1.0/28");
        Assert.Contains("16 sources × 28,232 ports × 40 targets = 18,068,480", shell.Out.Split('\n')[1],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor hodl", "throng doctor: 'hodl' is no plan; did you mean hold?")]
    [InlineData("doctor ctl",
        "throng doctor: 'ctl' is no plan; a plan begins with hold, query, churn, saturate, capacity, idle, monitor, "
            + "bench or serve")]
    [InlineData("doctor hold --conect-rate 5",
        "throng doctor: unknown option --conect-rate; did you mean --connect-rate?")]
    [InlineData("doctor hold -46 --target h:1", "throng doctor: -4 contradicts -6")]
    [InlineData("doctor query --size 5", "throng doctor: --size has no effect with --protocol dns")]
    [InlineData("doctor serve -qv", "throng doctor: -q contradicts -v")]
    [InlineData("doctor --target 10.0.0.1:1",
        "throng doctor: --target is an option of hold, query, churn, saturate, capacity, idle, monitor and "
            + "bench, not of doctor")]
    public void What_is_wrong_with_the_plan_is_a_usage_error(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Equal(error, shell.Error.Split('\n')[0]);
        Assert.Equal(2, shell.Run([.. line.Split(' '), "--json"]));
        Assert.Equal(2, JsonDocument.Parse(shell.Out).RootElement.GetProperty("error").GetProperty("exit_code")
            .GetInt32());
    }

    [Fact]
    public void A_name_that_does_not_resolve_ends_with_3()
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run("doctor", "hold", "--target", "no.such.name.invalid:7"));
        Assert.StartsWith("throng doctor: cannot find an address of ", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_of_a_plan_is_that_of_its_command()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("doctor", "hold", "--help"));
        Assert.Contains("Usage: throng hold [N]", shell.Out, StringComparison.Ordinal);
    }
}
