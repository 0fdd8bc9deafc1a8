using Xunit;

namespace Throng.KernelTests;

/// <summary>Part of a run on many hosts that can be killed.</summary>
internal enum Victim
{
    Agent,
    Controller,
    Messages,
}

/// <summary>Something is killed, and when.</summary>
internal readonly record struct Fault(Stage When, Victim Who);

/// <summary>
/// One run of three agents in which faults happen: an agent is not started again, a controller is followed by another,
/// and the message system is started again with what it has on disk.
/// </summary>
internal sealed class FaultCase : IDisposable
{
    private const int Agents = 3;
    private const long Planned = 900;
    private const long MessageBytes = 64;

    private static readonly string[] Load =
    [
        "--protocol", "echo", "-c", "30", "--connect-rate", "30", "--size", "64", "--profile", "2s@450,8s@0",
    ];

    private readonly ClusterCase _cluster = ClusterCase.Start(Agents);
    private readonly EchoServer _server = EchoServer.Start("epoll");
    private readonly List<ThrongProcess> _controllers = [];
    private int _killedAgents;
    private Stage? _reached;

    /// <summary>Runs it to its end and compares what it says with what the server saw.</summary>
    public static void Play(params Fault[] faults)
    {
        using FaultCase played = new();
        played._controllers.Add(
            played._cluster.Lead(["query", played._server.Address, .. Load, "--agents", $"{Agents}"]));
        foreach (Fault fault in faults)
        {
            played.Await(fault.When);
            played.Kill(fault.Who);
        }

        played.Compare();
    }

    public void Dispose()
    {
        foreach (ThrongProcess controller in _controllers)
        {
            controller.Dispose();
        }

        _cluster.Dispose();
        _server.Dispose();
    }

    private ThrongProcess Controller => _controllers[^1];

    private void Await(Stage stage)
    {
        if (_reached == stage)
        {
            return;
        }

        _reached = stage;
        Eventually.Holds(() => _server.Accepted > 0, Story, everyMs: 50);
        if (stage >= Stage.Plateau)
        {
            Eventually.Holds(() => Reached > Planned / 10, Story, everyMs: 50);
        }

        if (stage == Stage.Drain)
        {
            AwaitStillness();
        }
    }

    /// <summary>Nothing reaches the server any more: longer than its figures take to be whole.</summary>
    private void AwaitStillness() => Eventually.Holds(
        () =>
        {
            long before = Reached;
            Thread.Sleep(1200);
            return Reached == before;
        },
        Story);

    private void Kill(Victim who)
    {
        switch (who)
        {
            case Victim.Agent:
                _cluster.Agent($"gen-{++_killedAgents}").Signal(ThrongProcess.SIGKILL);
                break;
            case Victim.Controller:
                string run = _cluster.Status().Text("runs.0.run");
                Controller.Signal(ThrongProcess.SIGKILL);
                _controllers.Add(_cluster.Attach(run));
                break;
            default:
                _cluster.Nats.Server.Kill();
                Thread.Sleep(1000); // long enough for figures to be missing
                _cluster.Nats.Restart();
                break;
        }
    }

    private void Compare()
    {
        Document document = Controller.Finish();
        AwaitStillness();
        long offered = document.Number("messages.offered");
        long unaccounted = document.Number("cluster.unaccounted");
        long notOffered = document.Number("cluster.not_offered");
        string figures = $"{offered} offered, {unaccounted} unaccounted, {notOffered} not offered, {Reached} reached "
            + $"the server: {Story()}";
        document.Equal(_killedAgents, document.Number("cluster.parts_lost"), "lost parts");
        Assert.Equal(_killedAgents > 0 ? 1 : 0, document.Findings("generators-lost"));
        Assert.True(offered + unaccounted + notOffered == Planned, figures);
        Assert.True(offered <= Reached && Reached <= offered + unaccounted, figures);
        if (_killedAgents == 0)
        {
            document.Equal(Planned, document.Number("messages.answered"), "answered");
            document.Equal(0, unaccounted + notOffered, "not known");
        }
    }

    /// <summary>Messages that the server has read.</summary>
    private long Reached => _server.BytesReceived / MessageBytes;

    private string Story() => string.Join("\n", _controllers.Select(one => one.Story())) + "\n" + _cluster.Story();
}
