using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A part of a search whose steps are told by whoever leads it.</summary>
public sealed class ToldStepsTests
{
    [Fact]
    public void Each_step_is_offered_once_at_its_moment_and_measured()
    {
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "saturate", server.Address, "--life", "requests", "--led", "--share", "1/2", "--seed", "7", "--start-at",
            "told", "--step", "500ms", "--control", path, "--json", "-q");
        using ControlClient control = ControlClient.To(path, run);
        Refuses(control, Step(1, 0), "it has not begun");
        control.Ask("start");
        Eventually.Holds(
            () => new Document(control.Ask("result"), run.Story()).Events("begin") == 1, run.Story, everyMs: 50);
        string first = Step(1, 1);
        Assert.Equal("step 1 at 200/s", control.Ask(first));
        Assert.Equal("step 1 at 200/s", control.Ask(first)); // it was told already, and is not offered twice
        Refuses(control, Step(2, 5), "step 1 is not over");
        Eventually.Holds(() => StepsOf(control, run) == 1, run.Story, everyMs: 100);
        Refuses(control, Step(2, -1), "told too late");
        Refuses(control, "step 500", "write `step 1 500");
        Assert.Equal("step 4 at 200/s", control.Ask(Step(4, 1)));
        Eventually.Holds(() => StepsOf(control, run) == 2, run.Story, everyMs: 100);
        Refuses(control, Step(3, 1), "steps come in order");
        control.Ask("quit");
        Document document = run.Finish();
        document.AddsUp();
        long due = document.Number("saturate.steps.1.due");
        document.Equal(
            document.Number("messages.offered"), document.Number("saturate.steps.0.due") + due, "in both steps");
        Assert.InRange(due, 49, 51); // half of what is due in half a second at 200/s
        document.Equal(4, document.Number("saturate.steps.1.step"), "number of the last step");
        document.Equal(due, document.Number("saturate.steps.1.life_ns.count"), "lives");
        Assert.Equal("led", document.Text("saturate.ending"));
    }

    [Fact]
    public void A_search_that_nobody_leads_takes_no_steps()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start("saturate", "--step", "1s", "--control", path, "-q");
        using ControlClient control = ControlClient.To(path, run);
        Refuses(control, Step(1, 1), "step is not for saturate");
        control.Ask("quit");
        run.Ends(0);
    }

    private static void Refuses(ControlClient control, string line, string why)
    {
        (bool isRefused, string text) = control.Exchange(line);
        Assert.True(isRefused, text);
        Assert.Contains(why, text, StringComparison.Ordinal);
    }

    private static int StepsOf(ControlClient control, ThrongProcess run) =>
        new Document(control.Ask("result"), run.Story()).Length("saturate.steps");

    private static string Step(int number, double inSeconds) => string.Create(
        CultureInfo.InvariantCulture, $"step {number} 200 {DateTime.UtcNow.AddSeconds(inSeconds):O}");
}
