using Throng.Engine;
using Throng.Measurement;
using static Throng.Measurement.Counter;
using Churn = Throng.Engine.Churn;
using Monitor = Throng.Engine.Monitor;

namespace Throng.Tests;

/// <summary>Checks of everything that has to hold at every moment of a run, and when it is over.</summary>
internal sealed partial class SimulationRun
{
    private void AfterTurn(SimulatedWorker worker)
    {
        Check.That(++_turns < TurnsMax, "a run comes to its end");
        if (_scene.Kind is SceneKind.HoldAndServe or SceneKind.Embedded or SceneKind.Query)
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
        if (_scene.Kind is not (SceneKind.HoldAndServe or SceneKind.Embedded or SceneKind.Query))
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

    private void CheckQuestions()
    {
        foreach (Question question in _questions)
        {
            Check.That(question.Wait(TimeSpan.Zero), "every question is answered");
        }
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
            Check.That(worker.Client[MessagesSent] == EndsOf(worker.Client), "every message has an end");
            CheckFailures(worker);
            worker.Backend.Dispose();
        }

        if (_scene.Kind == SceneKind.Churn)
        {
            CheckOutcomes();
        }

        _rounds.CheckOutcomes();
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

    /// <summary>Every connection of ours that ended badly is noted once.</summary>
    private static void CheckFailures(SimulatedWorker worker)
    {
        if (worker.Shard.Failures is { } noted)
        {
            long losses = CloseReasons.All.Where(CloseReasons.IsLoss).Sum(reason =>
                worker.Client.Closed(reason) + worker.Client.ConnectFailed(reason) + worker.Probes.Closed(reason)
                    + worker.Probes.ConnectFailed(reason));
            Check.That(noted.Waiting + noted.Dropped == losses, "every connection that ended badly is noted once");
        }
    }

    private void CheckIdentities(SimulatedWorker worker)
    {
        Counters client = worker.Client;
        Counters server = worker.Server;
        Counters probes = worker.Probes;
        int connecting = worker.Count(Role.Client, static one => !one.HasOpened);
        int open = worker.Count(Role.Client, static one => one.HasOpened);
        int serving = worker.Count(Role.Server, static one => one.HasOpened);
        int trying = worker.Count(Role.Probe, static one => !one.HasOpened);
        int probing = worker.Count(Role.Probe, static one => one.HasOpened);
        Check.That(
            client[Attempts] == client[Opened] + client.ConnectFailedTotal + connecting, "attempts add up");
        Check.That(client[Opened] == open + client.ClosedTotal, "opened connections of the client add up");
        Check.That(server[Opened] == serving + server.ClosedTotal, "opened connections of the server add up");
        Check.That(server.ConnectFailedTotal == 0, "what was accepted was open");
        Check.That(
            probes[Attempts] == probes[Opened] + probes.ConnectFailedTotal + trying, "attempts of probes add up");
        Check.That(probes[Opened] == probing + probes.ClosedTotal, "opened probes add up");
        Check.That(
            _scene.Misdeeds != Misdeeds.None || client[Counter.MessagesInvalid] == 0, "an echo is what was sent");
        CheckMessages(worker, client, open);
    }

    /// <summary>
    /// The document of a run that has ended, made of what its clients counted: without what only a kernel tells.
    /// </summary>
    public RunDocument Document()
    {
        Counts counts = default;
        long[] closed = new long[CloseReasons.Count];
        long[] failed = new long[CloseReasons.Count];
        Histogram response = new();
        foreach (SimulatedWorker client in _clients)
        {
            for (Counter counter = 0; (int)counter < Counts.Length; counter++)
            {
                counts[counter] += client.Client[counter];
            }

            for (int reason = 0; reason < closed.Length; reason++)
            {
                closed[reason] += client.Client.Closed((CloseReason)reason);
                failed[reason] += client.Client.ConnectFailed((CloseReason)reason);
            }

            response.Add(client.Shard.Latencies.Response);
        }

        counts[MessagesOffered] = counts[MessagesSent];
        bool keeps = _scene.Kind is not (SceneKind.Churn or SceneKind.Chatter);
        double seconds = _network.NowNs / 1e9;
        Messages messages = Messages.Of(counts);
        return new RunDocument
        {
            Tool = new Tool("throng", "0.1.0"),
            Command = _scene.Kind switch
            {
                SceneKind.Query or SceneKind.Datagrams => "query", SceneKind.Churn => "churn", _ => "hold",
            },
            Host = new Measurement.Host { Kernel = "6.12.0", Cpus = 2, Nofile = 4096, Engine = "simulated" },
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            DurationNs = _network.NowNs,
            EndedBy = "command",
            Connections = new Connections
            {
                Target = keeps ? _scene.Connections : null,
                Held = keeps && _history.Ending == HistoryEnding.Calm ? _scene.Connections : 0,
                Peak = counts[Opened],
                Opened = counts[Opened],
                Closed = ReasonCounts.Of(closed),
                ConnectFailed = ReasonCounts.Of(failed),
                Lost = Sampling.LostOf(closed, Role.Client),
                Reconnected = counts[Reconnected],
                PlateauNs = keeps && _history.Ending == HistoryEnding.Calm ? Ns.Second : null,
            },
            Messages = messages.Sent > 0 ? messages : null,
            Connect = new ConnectPhase(counts[Attempts], LatencySummary.Empty),
            Response = messages.Sent > 0 ? LatencySummary.From(response) : null,
            Rate = HasSchedule ? new Rate(messages.Offered / seconds, messages.Answered / seconds) : null,
        };
    }

    /// <summary>Messages that have come to an end.</summary>
    private static long EndsOf(Counters client) => client[MessagesAnswered] + client[Counter.MessagesTimedOut]
        + client[Counter.MessagesLost] + client[Counter.MessagesInvalid];

    private void CheckMessages(SimulatedWorker worker, Counters client, int open)
    {
        long unanswered = client[MessagesSent] - EndsOf(client);
        bool isChurn = _scene.Kind == SceneKind.Churn; // a life is a message from the connect on
        long underWayMax = isChurn ? worker.Slab.Used
            : open * (_scene.Kind is SceneKind.Query or SceneKind.Datagrams ? SceneSchedule.OutstandingMax : 1L);
        Check.That(unanswered >= 0 && unanswered <= underWayMax, "messages add up");
        if (_scene.Kind == SceneKind.Idle)
        {
            return; // it times what it finds by itself
        }

        long timed = client[MessagesAnswered] + client[Counter.MessagesTimedOut];
        Latencies latencies = worker.Shard.Latencies;
        Check.That(latencies.Response.Count == timed, "every answer and every timeout is timed once");
        Check.That(
            latencies.Service.Count is 0 || latencies.Service.Count == (isChurn ? timed : client[MessagesAnswered]),
            "and its service");
        bool isLagOfAll = latencies.Lag.Count == client[MessagesSent]
            || (_scene.Kind == SceneKind.Monitor && latencies.Lag.Count >= client[MessagesAnswered]);
        Check.That(latencies.Lag.Count is 0 || isLagOfAll, "and its lag");
    }
}
