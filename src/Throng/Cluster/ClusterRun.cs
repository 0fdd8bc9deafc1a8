using System.Collections.Concurrent;
using Throng.Cluster;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Nats;

namespace Throng;

/// <summary>
/// A load on many hosts, led from here: to whoever attends it, it is one run as any other. A thread of its own drives
/// the controller; what others see is a view that this thread makes ten times a second.
/// </summary>
internal sealed partial class ClusterRun : ILiveRun
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    private const long ViewEveryNs = Ns.Second / 10;

    /// <summary>One answer of each agent to what is said at the prompt, whether it came or not.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    private readonly ControllerMachine _controller;
    private readonly NatsBus _bus;
    private readonly LoadSpec _load;
    private readonly ClusterSearch? _search;
    private readonly CommandSyntax _syntax;
    private readonly ConcurrentQueue<Action> _orders = new();
    private readonly ManualResetEventSlim _over = new(false, spinCount: 0);
    private readonly ClusterNews _news = new();
    private readonly ClusterWatch _watch;
    private readonly Thread _thread;
    private volatile ClusterView _view = ClusterView.Empty;
    private volatile bool _isDisposed;

    /// <param name="search">The search that is led; null: the load is another one.</param>
    public ClusterRun(
        ControllerMachine controller, NatsBus bus, RunSpec run, LoadSpec load, ClusterSearch? search,
        CommandSyntax syntax)
    {
        (_controller, _bus, _load, _search, _syntax) = (controller, bus, load, search, syntax);
        _watch = new ClusterWatch(controller, _news);
        Spec = run with { DurationNs = 0 };
        Started = DateTimeOffset.UtcNow;
        _view = _watch.Look();
        _thread = new Thread(Lead) { IsBackground = true, Name = "controller" };
        _thread.Start();
    }

    public RunSpec Spec { get; }

    private DateTimeOffset Started { get; }

    public string Engine => _view.Merged?.Host.Engine ?? "";

    public string EngineReason => $"on {Units.Several(_view.Agents.Count, "agents")}";

    public IReadOnlyList<SockAddr> Listening => [];

    public IReadOnlyList<SockAddr> Targets => _load.Targets;

    public long SocketsUsed => _view.Sample.Open;

    public long SocketsMax => Math.Max(SocketsUsed, _view.Merged?.Limits?.Sockets ?? 0);

    public bool HasRate => !IsGuided && _syntax.Options.Contains(SharedOptions.LagTarget);

    public bool IsRemote => true;

    public bool IsGuided => _search is not null || _load is BenchSpec;

    public bool IsOver => _view.HaveAllEnded || _search is { View.IsOver: true };

    public string OverBy => _view.IsFailed ? RunStates.AgentLost
        : _search is { } search ? (search.View.IsFound ? RunStates.Search : RunStates.AgentLost)
        : _view.Parts.Where(part => part.IsWhole).Select(part => part.Run!.EndedBy)
            .FirstOrDefault(RunStates.IsByPlan) ?? RunStates.Duration;

    public string WaitsFor => "the results of " + string.Join(
        ", ", _view.Parts.Where(part => !part.IsWhole).Select(part => part.Agent).Distinct());

    public bool PingIsOn { get; private set; }

    public bool DebugIsOn => false;

    public IReadOnlyList<KeyValuePair<string, string>> EngineStatus =>
        [.. _view.Agents.Select(agent => KeyValuePair.Create(agent.Name, agent.Text))];

    public Sample Sample() => _view.Sample with { AtNs = (DateTimeOffset.UtcNow - Started).Ticks * 100 };

    public RunDocument DocumentSoFar() => Document(RunStates.Running);

    public LiveSnapshot Snapshot(int intervals)
    {
        ClusterView view = _view;
        return new LiveSnapshot
        {
            Now = Sample(),
            Series = [.. (view.Merged?.Series ?? []).TakeLast(intervals)],
            HasReached = view.Sample.Requested > 0 && view.Sample.Open >= view.Sample.Requested,
            IsEnding = view.Phase >= ControllerPhase.Ending,
            BeginNs = view.Begin is { } begin && begin <= DateTimeOffset.UtcNow ? (begin - Started).Ticks * 100 : null,
            RatePerSecond = HasRate ? view.Merged?.Rate?.OfferedPerSecond : null,
            Doing = view.Phase < ControllerPhase.Running ? view.Phase.ToString().ToLowerInvariant()
                : _search?.View.Doing ?? RoundOf(view),
            Result = _search is { } search ? search.View.Result : view.Merged?.Result,
            Figures = EngineStatus,
        };
    }

    /// <summary>The last round of a bench that a part told of; empty for another load.</summary>
    private string RoundOf(ClusterView view) => _load is not BenchSpec bench ? ""
        : $"{Units.Count(view.Parts.Select(part => (part.Run?.Result as BenchResult)?.Rounds.Count ?? 0).Max())} of "
            + $"{Units.Count(bench.Rounds * bench.Concurrency.Count)} rounds over";

    public bool TrySet(long connections, out string error) =>
        TrySay(HasRate ? $"set connections {connections}" : $"set {connections}", out error);

    public bool TryRate(double ratePerSecond, out string error) => TrySay(
        $"set rate {ratePerSecond.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}", out error);

    public bool TryPing(bool on, out string error)
    {
        bool isDone = TrySay(on ? "ping on" : "ping off", out error);
        PingIsOn = isDone ? on : PingIsOn;
        return isDone;
    }

    public void Debug(bool on)
    {
        // Events of connections are at the agents.
    }

    public Question? Ask(WorkerMessageKind kind, long value) => null;

    public TcpCounters Tcp() => _view.Merged?.Tcp ?? new TcpCounters();

    public IEnumerable<string> TakeLimits() => _news.TakeLines();

    public IEnumerable<string> TakeTrace() => [];

    public IReadOnlyList<RunNews> TakeNews() => Spec.KeepsNews ? _news.Take() : [];

    public void Retire() => Drain();

    public void Drain() => _orders.Enqueue(_controller.End);

    public void Abort() => _orders.Enqueue(_controller.Cut);

    public void Stop() => Abort();

    public bool Join(TimeSpan timeout) => _over.Wait(timeout);

    public RunDocument Document(string endedBy) => ClusterDocument.Make(
        _view, Spec, ClusterPlan.Of(_load, _view.Begin, _search?.View), endedBy, _search?.View.Result);

    public void Dispose()
    {
        _isDisposed = true;
        _thread.Join();
        _bus.Dispose();
        _over.Dispose();
    }

    /// <summary>Says a line to every agent; done when each has done it.</summary>
    private bool TrySay(string line, out string error)
    {
        ConcurrentQueue<string> refusals = new();
        CountdownEvent left = new(1);
        _orders.Enqueue(() =>
        {
            int told = _controller.Say(line, (agent, answer) =>
            {
                if (answer is not { IsDone: true })
                {
                    refusals.Enqueue($"{agent.Name}: {answer?.Text ?? "did not answer"}");
                }

                left.Signal();
            });
            left.AddCount(told);
            left.Signal();
        });
        bool haveAll = left.Wait(AnswerMax);
        error = haveAll ? string.Join("; ", refusals.Distinct()) : "the controller did not get to it in time";
        return error.Length == 0;
    }

    /// <summary>The controller's thread.</summary>
    private void Lead()
    {
        long nextViewNs = 0;
        while (!_isDisposed && !_controller.IsOver)
        {
            ClusterTime now = HostClock.Now;
            if (_bus.TryTake(out BusEvent? happened, Turn))
            {
                _controller.Take(happened, HostClock.Now);
            }

            while (_orders.TryDequeue(out Action? order))
            {
                order();
            }

            _controller.Tick(HostClock.Now);
            _search?.Turn(HostClock.Now);
            if (now.Ns >= nextViewNs)
            {
                nextViewNs = now.Ns + ViewEveryNs;
                _view = _watch.Look();
            }
        }

        _view = _watch.Look();
        _over.Set();
    }
}
