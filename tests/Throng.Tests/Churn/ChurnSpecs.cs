using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>From a command line of `churn` to what the engine is told.</summary>
public sealed class ChurnSpecs
{
    [Fact]
    public void Several_rates_are_steps_with_a_pause_between()
    {
        ChurnSpec churn = Spec("--rate", "50", "--rate", "2k", "--step", "3s", "--cooldown", "1s");
        Assert.Equal("3000ms@50,1000ms@0,3000ms@2000", churn.Profile.ToString());
        ChurnSpec warm = Spec("--rate", "50", "--rate", "2k", "--step", "3s", "--warmup", "2s");
        Assert.Equal(("5000ms@50,3000ms@2000", 2_000_000_000L), (warm.Profile.ToString(), warm.WarmUpNs));
        Assert.Equal("5000ms@50", Spec("--rate", "50", "--for", "3s", "--warmup", "2s").Profile.ToString());
        Assert.Equal("500ms@100", Spec("--for", "500ms").Profile.ToString());
        Assert.Equal("1000ms@5..50", Spec("--profile", "1s@5..50").Profile.ToString());
    }

    [Fact]
    public void A_life_and_what_is_expected_of_it()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "GET /");
            ChurnSpec exchange = Spec("--content", path, "--expect-reply", "10KiB", "--timeout", "2s");
            Assert.Equal("GET /", Encoding.ASCII.GetString(exchange.Content));
            Assert.Equal(new ReplyExpectation(10_240, 10_240), exchange.Expects);
            Assert.Equal(2_000_000_000, exchange.TimeoutNs);
            Assert.Equal("GET /", Encoding.ASCII.GetString(Spec("--expect-reply", path).Expects.Content!));
        }
        finally
        {
            File.Delete(path);
        }

        ChurnSpec requests = Spec("--life", "requests", "--requests", "7", "--size", "1KiB", "--close", "rst");
        Assert.Equal(
            (ChurnLife.Requests, 7L, 1024, CloseKind.Rst),
            (requests.Life, requests.Requests, requests.RequestBytes, requests.Close));
    }

    [Theory]
    [InlineData("--size has no effect", "--size", "1")]
    [InlineData("--content has no effect", "--life", "requests", "--content", "x")]
    [InlineData("every connection would time out", "--lifetime", "3s", "--timeout", "3s")]
    [InlineData("above 0", "--rate", "0")]
    [InlineData("--cooldown", "--rate", "10", "--cooldown", "1s")]
    [InlineData("--for", "--rate", "10", "--rate", "20", "--for", "2s")]
    [InlineData("/does/not/exist: ", "--content", "/does/not/exist")]
    [InlineData("2 GiB", "--life", "requests", "--requests", "1g", "--size", "16MiB")]
    public void What_cannot_be_meant_is_refused(string says, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["churn", .. words]));
        Assert.Contains(says, shell.Error, StringComparison.Ordinal);
        Assert.Null(shell.Churn);
    }

    [Fact]
    public void Only_a_reset_without_an_exchange_leaves_no_address_pair_behind()
    {
        Assert.Equal(new Turnover(2000, 6000), Spec("--rate", "2k", "--for", "3s").Turnover);
        Assert.Equal(new Turnover(2000, 6000), Spec("--rate", "2k", "--for", "3s", "--close", "rst").Turnover);
        Assert.Null(Spec("--life", "requests", "--rate", "2k", "--close", "rst").Turnover);
        Assert.Equal(double.PositiveInfinity, Spec("--life", "requests").Turnover!.Value.InAll);
    }

    [Fact]
    public void A_search_needs_room_for_its_start_and_says_what_can_go_on_for_long()
    {
        HostFacts host = RecordedHost.Small with { HasTimestamps = false };
        CliShell far = new() { Host = host };
        Assert.Equal(0, far.Run("saturate", "--target", "10.0.0.2:80", "--rate-max", "100", "--dry-run"));
        Assert.Contains("turnover       470/s can go on for long: 28,232 address pairs, each out of use for 60 s "
            + "(net.ipv4.tcp_timestamps is 0); none beyond 100/s is tried",
            string.Join(' ', far.Out.Split('\n', StringSplitOptions.TrimEntries)),
            StringComparison.Ordinal);
        Assert.Equal(3, new CliShell { Host = host }.Run(
            "saturate", "--target", "10.0.0.2:80", "--start", "3k", "--step", "10s", "--dry-run"));
        LoadPlan few = OwnOf("--rate-max", "100");
        LoadPlan many = OwnOf("--rate-max", "1m");
        Assert.True(few.Listeners < many.Listeners, $"{few.Listeners} listeners for 100/s");
        Assert.True(many.AddressPairs >= 50_000 * many.Capacity.Workers, $"{many.AddressPairs} pairs for a second");
    }

    private static LoadPlan OwnOf(params string[] words)
    {
        CliShell shell = new();
        _ = shell.Run(["saturate", .. words]);
        return LoadLayout.Create(
            shell.Saturate!.Churn, new RunSpec { Command = "saturate" }, RecordedHost.Small).Plan;
    }

    private static ChurnSpec Spec(params string[] words)
    {
        CliShell shell = new();
        _ = shell.Run(["churn", "--target", "10.0.0.2:80", .. words]);
        Assert.True(shell.Churn is not null, shell.Error);
        return shell.Churn!;
    }
}
