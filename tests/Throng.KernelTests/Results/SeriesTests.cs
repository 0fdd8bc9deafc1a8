using Xunit;

namespace Throng.KernelTests;

/// <summary>The series of a run with its drain: nothing of the run is missing in it.</summary>
public sealed class SeriesTests
{
    [Theory]
    [InlineData("hold", "30", "--ping", "--ping-interval", "100ms", "--for", "1300ms")]
    [InlineData("query", "--rate", "500", "-c", "20", "--for", "1300ms")]
    [InlineData("query", "--rate", "500", "-c", "20", "--for", "300ms")]
    [InlineData("churn", "--rate", "200", "--for", "1300ms")]
    [InlineData("monitor", "-c", "10", "--rate", "200", "--new-rate", "20", "--for", "1300ms")]
    [InlineData("bench", "-c", "10", "--rounds", "3")]
    [InlineData("saturate", "--start", "50", "--rate-max", "60", "--step", "300ms", "--cooldown", "100ms")]
    public void Intervals_and_drain_add_up_to_the_run(string command, params string[] options)
    {
        using ThrongProcess run = ThrongProcess.Start([command, .. options, "--json", "-q"]);
        Document document = run.Finish(0).AddsUp();
        Assert.True(document.Length("series") > 0, document.ToString());
    }

    /// <summary>A server with two places: all others are answered only when those two leave, and that is no rate.
    /// </summary>
    [Fact]
    public void What_is_answered_when_connections_close_is_not_achieved()
    {
        int port = FreePort.One();
        using FewPlaces server = new(port, places: 2);
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--protocol", "echo", "--target", $"127.0.0.1:{port}", "-c", "10", "--rate", "500", "--for", "2s",
            "--timeout", "20s", "--json", "-q");
        Document document = run.Finish(0).AddsUp();
        Assert.True(document.Number("messages.answered_in_drain") > 0, document.ToString());
        Assert.True(
            document.Real("rate.achieved_per_s") < 0.5 * document.Real("rate.offered_per_s"), document.ToString());
        Assert.Contains("of them while the run ended", document.Text("verdict.text"), StringComparison.Ordinal);
    }
}
