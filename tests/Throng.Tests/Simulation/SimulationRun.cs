using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using static Throng.Measurement.Counter;
using Churn = Throng.Engine.Churn;

namespace Throng.Tests;

/// <summary>
/// One history from start to end: trouble for a while, then calm in which the target must be reached, then the drain,
/// after which nothing may be left; or the drain in the middle of trouble. Steps the real loops in random order on one
/// thread and moves the clock when all of them would sleep.
/// </summary>
internal sealed partial class SimulationRun : IDisposable
{
    private const long CalmMaxNs = 120_000_000_000;
    private const long DrainMaxNs = 60_000_000_000;
    private const long ForgetNs = 400_000_000_000;
    private const int TurnsMax = 3_000_000;

    private readonly History _history;
    private readonly Scene _scene;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWorker[] _clients;
    private readonly SimulatedWorker?[] _servers;
    private readonly long[] _stalledUntilNs;
    private readonly List<Question> _questions = [];
    private readonly SceneSchedule _schedule;
    private readonly IdleRounds _rounds;
    private readonly Conduct _conduct;
    private readonly Action<string>? _log;
    private Prng _random;
    private long _wanted;
    private long _restartNs = long.MaxValue;
    private int _turns;

    /// <param name="broken">Makes clients of a hold that are not the real ones; null: the real ones.</param>
    public SimulationRun(
        History history, Action<string>? log = null,
        Func<SimulatedNetwork, WorkerPlan, Hold, SimulatedWorker>? broken = null)
    {
        _history = history;
        _scene = history.Scene;
        _random = new Prng(_scene.Seed);
        _log = log;
        _network = new SimulatedNetwork(_scene.Seed, _scene.Faults) { Log = log };
        _log?.Invoke($"{_scene}");
        _schedule = new SceneSchedule(_scene);
        _rounds = new IdleRounds(_scene);
        _conduct = new Conduct(_scene.Misdeeds);
        _servers = new SimulatedWorker?[_scene.Servers];
        for (int i = 0; i < _servers.Length; i++)
        {
            StartServer(i);
        }

        _clients = [.. Enumerable.Range(0, _scene.Clients).Select(worker => StartClient(worker, broken))];
        _stalledUntilNs = new long[_servers.Length + _clients.Length];
        _wanted = _scene.Connections;
        if (HasSchedule)
        {
            Post(_schedule.Begin(_network.NowNs));
        }
        else if (_scene.Kind == SceneKind.Idle)
        {
            Post(_rounds.Next());
        }
    }

    public ulong TraceHash => _network.TraceHash;

    /// <summary>Operations so far of the kind of which one is to fail.</summary>
    public long NthSeen => _network.NthSeen;

    private bool HasSchedule =>
        _scene.Kind is SceneKind.Query or SceneKind.Churn or SceneKind.Monitor or SceneKind.Datagrams;

    /// <summary>Plays a whole history; throws where something promised does not hold.</summary>
    public static void Play(History history)
    {
        using SimulationRun run = new(history);
        run.Run();
    }

    /// <summary>Runs the history; throws where something promised does not hold.</summary>
    public void Run()
    {
        GoThroughTrouble();
        if (_history.Ending == HistoryEnding.Calm)
        {
            BeCalm();
            ReachTarget();
            Drain(_random.NextInRange(0, 3) == 0 ? WorkerMessageKind.Abort : WorkerMessageKind.Drain);
        }
        else
        {
            Drain(_history.Ending == HistoryEnding.Aborted ? WorkerMessageKind.Abort : WorkerMessageKind.Drain);
        }

        CheckNothingIsLeft();
    }

    /// <summary>Stops in the middle of trouble; throws where what is left is not counted once.</summary>
    public void RunAndAbandon()
    {
        GoThroughTrouble();
        foreach (SimulatedWorker worker in _servers.Concat(_clients).OfType<SimulatedWorker>())
        {
            worker.Abandon();
            Counters client = worker.Client;
            Check.That(worker.Slab.Used == 0 && worker.Plan.InUse == 0, "nothing is in use");
            Check.That(worker.Connecting == 0, "every attempt has an outcome");
            Check.That(
                client.Open == 0 && worker.Server.Open == 0 && worker.Probes.Open == 0, "every connection has an end");
            Check.That(client[MessagesSent] == EndsOf(client), "every message has an end");
        }
    }

    public void Dispose()
    {
        foreach (SimulatedWorker? worker in _servers.Concat(_clients))
        {
            worker?.Dispose();
        }

        foreach (Question question in _questions)
        {
            question.Dispose();
        }
    }

    private SimulatedWorker StartClient(
        int worker, Func<SimulatedNetwork, WorkerPlan, Hold, SimulatedWorker>? broken)
    {
        WorkerPlan plan = _scene.Client(worker);
        int targets = plan.Targets.Length;
        Hold hold = new(_scene.HoldSpec, targets, _scene.Kind == SceneKind.Embedded);
        return _scene.Kind switch
        {
            SceneKind.HoldAndServe when broken is not null => broken(_network, plan, hold),
            SceneKind.HoldAndServe => new SimulatedWorker<Hold>(_network, plan, hold),
            SceneKind.Embedded => new SimulatedWorker<Both<Hold, Echo>>(
                _network, plan, new Both<Hold, Echo>(hold, new Echo(ServeMode.Echo, plan.Listen))),
            SceneKind.Query or SceneKind.Datagrams => new SimulatedWorker<Query<EchoProtocol>>(
                _network, plan, _schedule.Queries(targets)),
            SceneKind.Churn => new SimulatedWorker<Churn>(_network, plan, _schedule.Lives(targets)),
            SceneKind.Monitor => new SimulatedWorker<Both<Throng.Engine.Monitor, Churn>>(
                _network, plan, _schedule.Monitors(targets)),
            SceneKind.Idle => new SimulatedWorker<Idle<EchoProtocol>>(_network, plan, _rounds.Lanes(targets)),
            _ => new SimulatedWorker<Chatter>(_network, plan, new Chatter(
                _scene.Connections, 1 + (_scene.ConnectionsMax / _scene.Clients), _scene.TransferBytesMax,
                targets, plan.Shard.Seed)),
        };
    }

    private void StartServer(int worker)
    {
        WorkerPlan plan = _scene.Server(worker);
        ServeMode mode = _scene.Kind == SceneKind.Idle ? ServeMode.Later : ServeMode.Echo;
        Echo echo = new(mode, plan.Listen, hasDatagrams: _scene.IsDatagram);
        _servers[worker] = _scene.Exchanges
            ? new SimulatedWorker<Exchange>(_network, plan, new Exchange(_scene.ExchangeSpec, plan.Listen))
            : new SimulatedWorker<OddPeer>(_network, plan, new OddPeer(echo, _conduct));
    }

    private void GoThroughTrouble()
    {
        long endNs = _network.NowNs + _scene.TroubleNs;
        foreach (Step step in _history.Steps)
        {
            RunUntil(_network.NowNs + step.AfterNs, static _ => false);
            Take(step);
        }

        RunUntil(endNs, static _ => false);
    }

    private void Take(in Step step)
    {
        _log?.Invoke($"{_network.NowNs,15:N0} {step.Kind} {step.Value}");
        switch (step.Kind)
        {
            case StepKind.Set:
                _wanted = _scene.Kind == SceneKind.Monitor ? _wanted : step.Value;
                Want();
                break;
            case StepKind.Rate when HasSchedule:
                Post(_schedule.ChangeRate(_network.NowNs, step.Value));
                break;
            case StepKind.Search when HasSchedule:
                Post(_schedule.OfferStep(_network.NowNs, step.Value, 300 * Ns.Millisecond));
                break;
            case StepKind.Search or StepKind.Rate when _scene.Kind == SceneKind.Idle:
                Post(_rounds.Next());
                break;
            case StepKind.Ping:
                Post(new WorkerMessage(WorkerMessageKind.Ping, step.Value));
                break;
            case StepKind.List:
                Ask(WorkerMessageKind.List, step.Value);
                break;
            case StepKind.Details:
                Ask(WorkerMessageKind.Details, 0);
                break;
            case StepKind.Slots:
                Ask(WorkerMessageKind.Slots, 0);
                break;
            case StepKind.Debug:
                Post(new WorkerMessage(WorkerMessageKind.Debug, step.Value));
                break;
            case StepKind.KillServers:
                KillServers(step.Value);
                break;
            case StepKind.Stall:
                _stalledUntilNs[_random.NextInRange(0, _stalledUntilNs.Length - 1)] = _network.NowNs + step.Value;
                break;
            case StepKind.StallAll:
                _network.RunUntil(_network.NowNs + step.Value);
                break;
            case StepKind.Leap:
                _network.Leap(step.Value);
                break;
        }
    }

    /// <summary>Asks for as many connections as are wanted now.</summary>
    private void Want()
    {
        switch (_scene.Kind)
        {
            case SceneKind.Churn: // as many are open as the rate makes it
                Post(_schedule.ChangeRate(_network.NowNs, 10 * _wanted));
                break;
            case SceneKind.Query or SceneKind.Datagrams:
                Post(_schedule.ChangeConnections(_network.NowNs, _wanted));
                break;
            default:
                Post(new WorkerMessage(WorkerMessageKind.Set, _wanted));
                break;
        }
    }

    private void KillServers(long forNs)
    {
        if (_servers.Length == 0 || _restartNs != long.MaxValue)
        {
            return;
        }

        for (int i = 0; i < _servers.Length; i++)
        {
            CheckIdentities(_servers[i]!);
            _servers[i]!.Dispose();
            _servers[i] = null;
        }

        _restartNs = _network.NowNs + forNs;
    }

    private void BeCalm()
    {
        _conduct.Misdeeds = Misdeeds.None;
        Array.Clear(_stalledUntilNs);
        _network.Faults = FaultPlan.None with
        {
            WindowBytes = _scene.Faults.WindowBytes,
            WriteIsSplit = _scene.Faults.WriteIsSplit,
            CompletionIsLate = _scene.Faults.CompletionIsLate,
        };
    }

    private void ReachTarget()
    {
        long beganNs = _network.NowNs;
        if (_scene.Kind == SceneKind.Chatter)
        {
            RunUntil(beganNs + CalmMaxNs, static run => run._clients.All(one => one.IsFinished));
            Check.That(_clients.All(one => one.IsFinished), "every transfer ends once faults stop");
            return;
        }

        if (_scene.Kind == SceneKind.Churn)
        {
            ComeToRest(beganNs);
            return;
        }

        if (_scene.Kind == SceneKind.Idle)
        {
            EndRound(beganNs);
            return;
        }

        _wanted = _scene.Connections;
        if (_scene.Kind != SceneKind.Monitor)
        {
            Want();
        }

        if (HasSchedule)
        {
            Post(_schedule.ChangeRate(_network.NowNs, 0)); // connections that are renewed are never all open at once
        }

        RunUntil(beganNs + CalmMaxNs, static run => run._clients.Sum(one => one.Client.Open) == run._wanted);
        long held = _clients.Sum(one => one.Client.Open);
        Check.That(held == _wanted, $"hold reaches its target once faults stop: {held} of {_wanted}");
        RunUntil(_network.NowNs + 1_000_000_000, static _ => false);
        CheckQuestions();
    }

    /// <summary>
    /// Nothing more falls due, and every life comes to its end: what was due was begun or given up, and what was
    /// begun has one outcome. Then a little more falls due, in the middle of which the drain comes.
    /// </summary>
    private void ComeToRest(long beganNs)
    {
        Post(_schedule.ChangeRate(_network.NowNs, 0));
        RunUntil(_network.NowNs + 1_000_000_000, static _ => false);
        RunUntil(beganNs + CalmMaxNs, static run => run._clients.All(one => one.Slab.Used == 0));
        (long attempted, long givenUp) = _schedule.Begun();
        long due = _schedule.Due(_network.NowNs);
        Check.That(due == attempted + givenUp, $"{due} due: {attempted} attempted, {givenUp} given up");
        for (int i = 0; i < _clients.Length; i++)
        {
            ChurnFigures figures = _schedule.FiguresOf(i);
            Check.That(
                figures.Attempted == figures.Ended, $"{figures.Attempted} attempted have {figures.Ended} outcomes");
        }

        CheckQuestions();
        Post(_schedule.ChangeRate(_network.NowNs, 500));
        RunUntil(_network.NowNs + _random.NextInRange(1, 400_000_000), static _ => false);
    }

    /// <summary>Ends the round under way, and lets the drain come into the middle of another.</summary>
    private void EndRound(long beganNs)
    {
        RunUntil(_network.NowNs + 1_000_000_000, static _ => false);
        RunUntil(beganNs + CalmMaxNs, static run => run._rounds.IsClosed);
        Check.That(_rounds.IsClosed, "every round ends");
        _rounds.CheckOutcomes();
        CheckQuestions();
        Post(_rounds.Next());
        RunUntil(_network.NowNs + _random.NextInRange(1, 400_000_000), static _ => false);
    }

    private void Drain(WorkerMessageKind kind)
    {
        Post(new WorkerMessage(kind, 0));
        RunUntil(_network.NowNs + DrainMaxNs, static run => run._clients.All(one => one.IsFinished));
        Check.That(_clients.All(one => one.IsFinished), "clients end after a drain");
        BeCalm();
        foreach (SimulatedWorker? server in _servers)
        {
            server?.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
        }

        _restartNs = long.MaxValue;
        RunUntil(_network.NowNs + DrainMaxNs, static run => run._servers.All(one => one is null || one.IsFinished));
        Check.That(_servers.All(one => one is null || one.IsFinished), "servers end after a drain");
    }

    /// <summary>Steps whoever has something to do; moves time when nobody has.</summary>
    private void RunUntil(long untilNs, Func<SimulationRun, bool> isDone)
    {
        while (_network.NowNs < untilNs && !isDone(this))
        {
            if (_network.NowNs >= _restartNs)
            {
                RestartServers();
            }

            if (TryPick(out SimulatedWorker? worker))
            {
                worker.Turn();
                AfterTurn(worker);
                continue;
            }

            long nextNs = Math.Min(Math.Min(untilNs, _restartNs), _network.NextEventNs);
            for (int i = 0; i < _stalledUntilNs.Length; i++)
            {
                SimulatedWorker? one = WorkerAt(i);
                long dueNs = one is null || one.IsFinished
                    ? long.MaxValue
                    : Math.Max(one.Backend.WakesAtNs, _stalledUntilNs[i]);
                nextNs = Math.Min(nextNs, dueNs);
            }

            _network.RunUntil(nextNs);
        }
    }

    private SimulatedWorker? WorkerAt(int index) =>
        index < _servers.Length ? _servers[index] : _clients[index - _servers.Length];

    private void RestartServers()
    {
        _log?.Invoke($"{_network.NowNs,15:N0} servers start again");
        _restartNs = long.MaxValue;
        for (int i = 0; i < _servers.Length; i++)
        {
            StartServer(i);
        }
    }

    private bool TryPick([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedWorker? picked)
    {
        int workers = _stalledUntilNs.Length;
        int from = (int)_random.NextInRange(0, workers - 1);
        for (int i = 0; i < workers; i++)
        {
            int index = (from + i) % workers;
            picked = WorkerAt(index);
            if (picked is not null && _stalledUntilNs[index] <= _network.NowNs && picked.IsRunnable(_network.NowNs))
            {
                return true;
            }
        }

        picked = null;
        return false;
    }

    private void Post(in WorkerMessage command)
    {
        _log?.Invoke($"{_network.NowNs,15:N0} command {command.Kind} {command.Value}");
        foreach (SimulatedWorker client in _clients)
        {
            client.Shard.Post(command);
        }
    }

    private void Ask(WorkerMessageKind kind, long value)
    {
        Question question = new(_clients.Length);
        _questions.Add(question);
        Post(new WorkerMessage(kind, value, question));
    }
}
