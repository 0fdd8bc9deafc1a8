using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng query` while it runs: another rate, other connections, and what it says about itself.</summary>
public sealed class QueryLiveTests
{
    [Fact]
    public void Rate_and_connections_follow_set()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--protocol", "echo", "--rate", "200", "-c", "10", "--room", "40", "--json",
            "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("offered") > 20, run.Story);
        Assert.Equal("rate 2,000/s", control.Ask("set rate 2k"));
        run.Say("set connections 40");
        Eventually.Holds(() => run.Error.Lines().Contains("requested 40 (was 10)"), () => $"no answer: {run.Story()}");
        control.Await("held", 40, run);
        foreach (string wrong in (string[])
            ["set", "set 40", "set rate", "set rate fast", "set rate -5", "set rate 2k 3", "set connections",
                "set connections many", "set connections 5000000000", "set speed 5", "ping on"])
        {
            Assert.True(control.Exchange(wrong).IsRefused, wrong);
        }

        Eventually.Holds(() => control.Status("offered") > 6000, run.Story); // at the new rate
        control.Ask("set connections 5");
        control.Await("held", 5, run);
        control.Ask("quit");
        run.Ends(0);
        Document document = run.Document().AddsUp();
        Assert.Equal("quit", document.Text("ended_by"));
        document.Equal(1, document.Events("rate 2,000/s"), "events of the rate");
        document.Equal(1, document.Events("set 40"), "events of more connections");
        document.Equal(1, document.Events("set 5"), "events of fewer connections");
        document.Equal(40, document.Number("connections.opened"), "opened");
        document.Equal(35, document.Count("connections.closed", "lowered"), "lowered");
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
    }
}
