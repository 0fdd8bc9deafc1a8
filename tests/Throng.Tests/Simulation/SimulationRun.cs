using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using static Throng.Measurement.Counter;

namespace Throng.Tests;

/// <summary>
/// One seed from start to end: trouble for a while, then calm in which the target must be reached, then the drain,
/// after which nothing may be left. Steps the real loops in random order on one thread and moves the clock when all
/// of them would sleep.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private const long CalmMaxNs = 120_000_000_000;
    private const long DrainMaxNs = 60_000_000_000;
    private const long ForgetNs = 400_000_000_000;
    private const int TurnsMax = 3_000_000;

    private readonly Scene _scene;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWorker[] _clients;
    private readonly SimulatedWorker?[] _servers;
    private readonly List<Question> _questions = [];
    private readonly SceneSchedule _schedule;
    private readonly Action<string>? _log;
    private Prng _random;
    private long _wanted;
    private long _restartNs = long.MaxValue;
    private int _turns;

    public SimulationRun(ulong seed, Action<string>? log = null)
    {
        _scene = Scene.Draw(seed);
        _random = new Prng(seed);
        _log = log;
        _network = new SimulatedNetwork(seed, _scene.Faults) { Log = log };
        _log?.Invoke($"{_scene}");
        _schedule = new SceneSchedule(_scene);
        _servers = new SimulatedWorker?[_scene.Servers];
        for (int i = 0; i < _servers.Length; i++)
        {
            StartServer(i);
        }

        _clients = [.. Enumerable.Range(0, _scene.Clients).Select(StartClient)];
        _wanted = _scene.Connections;
        if (HasSchedule)
        {
            Post(_schedule.Begin(_network.NowNs));
        }
    }

    public ulong TraceHash => _network.TraceHash;

    private bool HasSchedule => _scene.Kind is SceneKind.Query or SceneKind.Churn;

    /// <summary>Runs the seed; throws where something promised does not hold.</summary>
    public void Run()
    {
        GoThroughTrouble();
        ReachTarget();
        Drain();
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
            long ends = client[MessagesAnswered] + client[Counter.MessagesTimedOut] + client[Counter.MessagesLost]
                + client[Counter.MessagesInvalid];
            Check.That(worker.Slab.Used == 0 && worker.Plan.InUse == 0, "nothing is in use");
            Check.That(worker.Connecting == 0, "every attempt has an outcome");
            Check.That(client.Open == 0 && worker.Server.Open == 0, "every connection has an end");
            Check.That(client[MessagesSent] == ends, "every message has an end");
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

    private SimulatedWorker StartClient(int worker)
    {
        WorkerPlan plan = _scene.Client(worker);
        Hold hold = new(_scene.HoldSpec, plan.Targets.Length, _scene.Kind == SceneKind.Embedded);
        return _scene.Kind switch
        {
            SceneKind.HoldAndServe => new SimulatedWorker<Hold>(_network, plan, hold),
            SceneKind.Embedded => new SimulatedWorker<Both<Hold, Echo>>(
                _network, plan, new Both<Hold, Echo>(hold, new Echo(ServeMode.Echo, plan.Listen))),
            SceneKind.Query => new SimulatedWorker<Query<EchoProtocol>>(
                _network, plan, _schedule.Queries(plan.Targets.Length)),
            SceneKind.Churn => new SimulatedWorker<Churn>(_network, plan, _schedule.Lives(plan.Targets.Length)),
            _ => new SimulatedWorker<Chatter>(_network, plan, new Chatter(
                _scene.Connections, 1 + (_scene.ConnectionsMax / _scene.Clients), _scene.TransferBytesMax,
                plan.Targets.Length, plan.Shard.Seed)),
        };
    }

    private void StartServer(int worker)
    {
        WorkerPlan plan = _scene.Server(worker);
        _servers[worker] = _scene.Exchanges
            ? new SimulatedWorker<Exchange>(_network, plan, new Exchange(_scene.ExchangeSpec, plan.Listen))
            : new SimulatedWorker<Echo>(_network, plan, new Echo(ServeMode.Echo, plan.Listen));
    }

    private void GoThroughTrouble()
    {
        long endNs = _network.NowNs + _scene.TroubleNs;
        while (_network.NowNs < endNs)
        {
            long untilNs = Math.Min(endNs, _network.NowNs + _random.NextInRange(1, 1 + (_scene.TroubleNs / 5)));
            RunUntil(untilNs, static _ => false);
            Interfere();
        }
    }

    /// <summary>Interferes as a person, or a crash, does at a moment nobody chose.</summary>
    private void Interfere()
    {
        switch (_random.NextInRange(0, 9))
        {
            case 0 or 1 or 2:
                _wanted = _random.NextInRange(0, _scene.ConnectionsMax);
                Want();
                break;
            case 3 when HasSchedule:
                Post(_schedule.ChangeRate(_network.NowNs, _random.NextInRange(0, 900)));
                break;
            case 3:
                Post(WorkerMessageKind.Ping, _random.NextInRange(0, 1));
                break;
            case 4:
                Ask(WorkerMessageKind.List, _random.NextInRange(0, 100));
                break;
            case 5:
                Ask(WorkerMessageKind.Failed, 100);
                break;
            case 6:
                Ask(WorkerMessageKind.Details, 0);
                break;
            case 7:
                Post(WorkerMessageKind.Debug, _random.NextInRange(0, 1));
                break;
            default:
                KillServer();
                break;
        }
    }

    /// <summary>Asks for as many connections as are wanted now.</summary>
    private void Want()
    {
        if (_scene.Kind == SceneKind.Churn)
        {
            Post(_schedule.ChangeRate(_network.NowNs, 10 * _wanted)); // as many are open as the rate makes it
        }
        else if (_scene.Kind == SceneKind.Query)
        {
            Post(_schedule.ChangeConnections(_network.NowNs, _wanted));
        }
        else
        {
            Post(WorkerMessageKind.Set, _wanted);
        }
    }

    private void KillServer()
    {
        if (_servers.Length == 0 || _restartNs != long.MaxValue)
        {
            return;
        }

        _log?.Invoke($"{_network.NowNs,15:N0} servers are killed");
        for (int i = 0; i < _servers.Length; i++)
        {
            CheckIdentities(_servers[i]!);
            _servers[i]!.Dispose();
            _servers[i] = null;
        }

        _restartNs = _network.NowNs + _random.NextInRange(1, 3_000_000_000);
    }

    private void ReachTarget()
    {
        _network.Faults = FaultPlan.None with
        {
            WindowBytes = _scene.Faults.WindowBytes,
            WriteIsSplit = _scene.Faults.WriteIsSplit,
            CompletionIsLate = _scene.Faults.CompletionIsLate,
        };
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

        _wanted = _scene.Connections;
        Want();
        if (_scene.Kind == SceneKind.Query)
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

    private void CheckQuestions()
    {
        foreach (Question question in _questions)
        {
            Check.That(question.Wait(TimeSpan.Zero), "every question is answered");
        }
    }

    private void Drain()
    {
        WorkerMessageKind kind = _random.NextInRange(0, 3) == 0 ? WorkerMessageKind.Abort : WorkerMessageKind.Drain;
        Post(kind, 0);
        RunUntil(_network.NowNs + DrainMaxNs, static run => run._clients.All(one => one.IsFinished));
        Check.That(_clients.All(one => one.IsFinished), "clients end after a drain");
        foreach (SimulatedWorker? server in _servers)
        {
            server?.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
        }

        RunUntil(_network.NowNs + DrainMaxNs, static run => run._servers.All(one => one is null || one.IsFinished));
        Check.That(_servers.All(one => one is null || one.IsFinished), "servers end after a drain");
    }

    private void CheckNothingIsLeft()
    {
        foreach (SimulatedWorker? worker in _servers.Concat(_clients))
        {
            if (worker is null)
            {
                continue;
            }

            CheckIdentities(worker);
            Check.That(worker.Slab.Used == 0, "no slot is left");
            Check.That(worker.Pool.Rented == 0, "no buffer is left");
            Check.That(worker.Backend.OutboxesUsed == 0, "no outbox is left");
            Check.That(worker.Plan.InUse == 0, "no port is left");
            Check.That(worker.Shard.Timers.Count == 0, "no timer is left");
            Check.That(worker.Shard.Loop.StaleCompletions == 0, "nothing comes after Closed");
            worker.Backend.Dispose();
        }

        if (_scene.Kind == SceneKind.Churn)
        {
            CheckOutcomes();
        }

        Check.That(_network.LiveCollisions == 0, "no address pair is used twice at a time");
        _network.RunUntil(_network.NowNs + ForgetNs);
        Check.That(_network.EndsInUse == 0, "both ends of every connection are forgotten");
    }

    /// <summary>Everything has ended.</summary>
    private void CheckOutcomes()
    {
        (long attempted, long givenUp) = _schedule.Begun();
        Check.That(attempted + givenUp <= _schedule.Due(_network.NowNs), "nothing is begun before it is due");
        for (int i = 0; i < _clients.Length; i++)
        {
            ChurnFigures figures = _schedule.FiguresOf(i);
            Counters counters = _clients[i].Client;
            Check.That(figures.Attempted == figures.Ended && figures.Nameless == 0, "every attempt has an outcome");
            Check.That(counters[Attempts] == figures.Attempted, "an attempt is a connect");
            Check.That(counters[MessagesSent] == figures.Attempted, "and counted as begun");
            Check.That(counters[MessagesAnswered] == figures.Ok, "a good end is counted as one");
            Check.That(figures.Lags == figures.Attempted, "and has a lag");
            long cancelled = counters.Closed(CloseReason.Cancelled) + counters.ConnectFailed(CloseReason.Cancelled);
            Check.That(cancelled == figures.Cancelled, "what this end gives up is told");
            Check.That(
                figures.Timed == figures.Ok + counters[Counter.MessagesTimedOut], "good ends and timeouts are timed");
        }
    }

    private static void CheckIdentities(SimulatedWorker worker)
    {
        Counters client = worker.Client;
        Counters server = worker.Server;
        int connecting = worker.Count(Role.Client, static one => !one.HasOpened);
        int open = worker.Count(Role.Client, static one => one.HasOpened);
        int serving = worker.Count(Role.Server, static one => one.HasOpened);
        Check.That(
            client[Attempts] == client[Opened] + client.ConnectFailedTotal + connecting, "attempts add up");
        Check.That(client[Opened] == open + client.ClosedTotal, "opened connections of the client add up");
        Check.That(server[Opened] == serving + server.ClosedTotal, "opened connections of the server add up");
        Check.That(server.ConnectFailedTotal == 0, "what was accepted was open");
        Check.That(client[Counter.MessagesInvalid] == 0, "an echo is what was sent");
        CheckMessages(worker, client, open);
    }

    private static void CheckMessages(SimulatedWorker worker, Counters client, int open)
    {
        long unanswered = client[MessagesSent] - client[MessagesAnswered] - client[Counter.MessagesTimedOut]
            - client[Counter.MessagesLost];
        bool isChurn = worker is SimulatedWorker<Churn>; // a life is a message from the connect on
        long underWayMax = isChurn ? worker.Slab.Used
            : open * (worker is SimulatedWorker<Query<EchoProtocol>> ? SceneSchedule.OutstandingMax : 1L);
        Check.That(unanswered >= 0 && unanswered <= underWayMax, "messages add up");
        long timed = client[MessagesAnswered] + client[Counter.MessagesTimedOut];
        Latencies latencies = worker.Shard.Latencies;
        Check.That(latencies.Response.Count == timed, "every answer and every timeout is timed once");
        Check.That(
            latencies.Service.Count is 0 || latencies.Service.Count == (isChurn ? timed : client[MessagesAnswered]),
            "and its service");
        Check.That(latencies.Lag.Count is 0 || latencies.Lag.Count == client[MessagesSent], "and its lag");
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
            foreach (SimulatedWorker? one in _servers.Concat(_clients))
            {
                nextNs = one is null || one.IsFinished ? nextNs : Math.Min(nextNs, one.Backend.WakesAtNs);
            }

            _network.RunUntil(nextNs);
        }
    }

    private void RestartServers()
    {
        _log?.Invoke($"{_network.NowNs,15:N0} servers start again");
        _restartNs = long.MaxValue;
        for (int i = 0; i < _servers.Length; i++)
        {
            StartServer(i);
        }
    }

    private void AfterTurn(SimulatedWorker worker)
    {
        Check.That(++_turns < TurnsMax, "a run comes to its end");
        if (_scene.Kind is not SceneKind.Chatter and not SceneKind.Churn)
        {
            Check.That(worker.Connecting <= 128, "at most 128 connects are in flight on a worker");
        }

        if (_turns % 64 == 0)
        {
            CheckIdentities(worker);
            CheckInFlightPerTarget();
        }

        if (_random.NextInRange(0, 7) == 0)
        {
            _network.RunUntil(_network.NowNs + _random.NextInRange(0, 5_000)); // handlers take time too
        }
    }

    private void CheckInFlightPerTarget()
    {
        if (_scene.Kind is SceneKind.Chatter or SceneKind.Churn)
        {
            return;
        }

        for (int target = 0; target < _scene.Targets.Length; target++)
        {
            int connecting = 0;
            foreach (SimulatedWorker client in _clients)
            {
                bool isEmbedded = _scene.Kind == SceneKind.Embedded;
                connecting += client.Count(Role.Client, one => one.Phase == Phase.Connecting && !one.HasOpened
                    && (isEmbedded ? client.Shard.Worker : client.Plan.TargetOf(one.Path)) == target);
            }

            Check.That(connecting <= 64, "at most 64 connects are in flight to a target");
        }
    }

    private bool TryPick([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedWorker? picked)
    {
        int workers = _servers.Length + _clients.Length;
        int from = (int)_random.NextInRange(0, workers - 1);
        for (int i = 0; i < workers; i++)
        {
            int index = (from + i) % workers;
            picked = index < _servers.Length ? _servers[index] : _clients[index - _servers.Length];
            if (picked is not null && picked.IsRunnable(_network.NowNs))
            {
                return true;
            }
        }

        picked = null;
        return false;
    }

    private void Post(WorkerMessageKind kind, long value, Question? question = null) =>
        Post(new WorkerMessage(kind, value, question));

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
        Post(kind, value, question);
    }
}
