using System.Globalization;
using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests.Cluster;

/// <summary>
/// Agents, controllers and their message system from one seed: a run while things go wrong, then calm, in which all has
/// to come to an end, and at last a run in which nothing may go wrong.
/// </summary>
internal sealed partial class ClusterWorld
{
    private const long SecondNs = Ns.Second;

    /// <summary>All waits of a controller, the longest plan and the longest outage.</summary>
    private const long EndMaxNs = 400 * SecondNs;

    /// <summary>A run that nobody leads ends by itself in this time, and what is to be stored is stored.</summary>
    private const long CalmNs = 120 * SecondNs;

    private readonly VirtualTime _time;
    private readonly SimulatedServer _server;
    private readonly List<SimulatedAgent> _agents = [];
    private readonly List<SimulatedController> _controllers = [];
    private readonly long _lengthMs;

    public ClusterWorld(ulong seed, Action<string>? log = null)
    {
        _time = new VirtualTime(seed) { Log = log };
        _server = new SimulatedServer(_time) { Faults = ClusterFaults.Draw(_time) };
        _lengthMs = _time.Draw(500, 30_000);
        bool hasForeign = _time.Chance(0.1);
        int count = (int)_time.Draw(1, 5);
        _time.Say($"{count} agents, a plan of {_lengthMs} ms, {_server.Faults}");
        for (int at = 0; at < count; at++)
        {
            SimulatedAgent agent = new(
                _time, _server, string.Create(CultureInfo.InvariantCulture, $"agent{at}"), DrawClock())
            {
                IsForeign = hasForeign && at == 0,
            };
            _agents.Add(agent);
            _time.After(_time.DrawMs(0, 1_000), agent.Start);
        }
    }

    private IEnumerable<SimulatedJob> Jobs => _agents.SelectMany(static agent => agent.Jobs.All);

    /// <summary>The ends of the controllers, to see that a simulation comes to all that it is to try.</summary>
    public IEnumerable<string> Outcomes
    {
        get
        {
            foreach (SimulatedController one in _controllers)
            {
                string how = one.IsAttached ? "attached" : "own";
                yield return one.IsDead ? $"{how} killed" : $"{how} {one.Machine.Phase}";
                foreach (string line in one.Machine.Refusals)
                {
                    yield return line.Contains("led by", StringComparison.Ordinal) ? "stepped back"
                        : line.Contains("is busy", StringComparison.Ordinal) ? "busy"
                        : line.Contains("the same version", StringComparison.Ordinal) ? "foreign" : "refused";
                }

                foreach (PartSeat part in one.Machine.Parts)
                {
                    yield return part.Result is not null ? "result" : $"no result {part.State}";
                    yield return part.Agent.IsLate ? "late" : "in time";
                    yield return part.TakesOver is null ? "part"
                        : part.Result is null ? "piece without a result"
                        : part.TakesOver.TakesOver is not null ? "piece of a piece" : "piece";
                    yield return part.LeaseEnd is not null ? "given up" : "not given up";
                    yield return part.Result?.EndedBy ?? "no end";
                }

                foreach ((_, string text) in one.Machine.Events)
                {
                    yield return text.Contains("it is lost", StringComparison.Ordinal) ? "lost"
                        : text.Contains("is back", StringComparison.Ordinal) ? "back"
                        : text.Contains("knows nothing", StringComparison.Ordinal) ? "unknown" : "event";
                }
            }
        }
    }

    /// <summary>Plays the seed; throws where something promised does not hold.</summary>
    public void Run()
    {
        _time.After(_time.DrawMs(0, 3_000), () => Lead(DrawSpec("one", "alice")));
        if (_time.Chance(0.25))
        {
            _time.After(_time.DrawMs(0, 20_000), () => Lead(DrawSpec("two", "bob")));
        }

        _time.RunUntil(3 * SecondNs, static () => false);
        DrawTrouble();
        long endNs = _time.NowNs + EndMaxNs;
        bool areOver = _time.RunUntil(endNs, () => !IsTrouble && _controllers.TrueForAll(static one => one.IsOver));
        Check.That(areOver, "every controller comes to an end: "
            + string.Join(", ", _controllers.Select(static one => $"{one.Spec.Name} is in {one.Machine.Phase}")));
        _server.Faults = ClusterFaults.None;
        _time.RunUntil(_time.NowNs + CalmNs, static () => false);
        CheckAll();
        RunOnceMore();
    }

    private SimulatedClock DrawClock() => new(_time, _time.DrawMs(-3_000, 3_000), _time.Draw(-20, 20));

    private ControllerSpec DrawSpec(string run, string name) => new()
    {
        Run = run,
        Name = name,
        Version = "0.1.0",
        Words = SimulatedJobs.Words(_lengthMs),
        Agents = _time.Chance(0.5) ? _agents.Count : null,
        WaitNs = 20 * SecondNs,
        OnAgentLoss = _time.Chance(0.2) ? AgentLoss.Fail
            : _time.Chance(0.6) ? AgentLoss.Rebalance : AgentLoss.Continue,
        OnControllerLoss = _time.Chance(0.3) ? ControllerLoss.Stop : ControllerLoss.Finish,
        Split = _time.Chance(0.3) ? PlanSplit.Capacity : PlanSplit.Even,
    };

    private SimulatedController Lead(ControllerSpec spec, bool attaches = false)
    {
        SimulatedController controller = new(_time, _server, spec, DrawClock(), attaches);
        _controllers.Add(controller);
        return controller;
    }

    /// <summary>A run on all that live, with nothing that goes wrong: it has to be whole.</summary>
    private void RunOnceMore()
    {
        SimulatedAgent[] alive = [.. _agents.Where(static agent => agent is { IsAlive: true, IsForeign: false })];
        if (alive.Length == 0 || _agents.Exists(static agent => agent.IsForeign))
        {
            return;
        }

        _time.Say("once more");
        SimulatedController last = Lead(DrawSpec("last", "carol") with { Agents = alive.Length });
        bool isOver = _time.RunUntil(_time.NowNs + EndMaxNs, () => last.IsOver);
        Check.That(isOver && last.Machine.Phase == ControllerPhase.Over,
            $"a run without trouble is carried out: {last.Machine.Phase} {string.Join("; ", last.Machine.Refusals)}");
        CheckResults(last);
        Check.That(last.Machine.Parts.All(static part => part.Result is not null), "a run without trouble is whole");
        _time.RunUntil(_time.NowNs + (2 * SecondNs), static () => false);
        last.CheckBegins(Jobs);
        Check.That(alive.All(static agent => !agent.Jobs.Kept.Any(kept => kept.Run == "last")),
            "nothing is kept of a run that is over");
        Check.That(!_server.Documents.Any(static name => name.StartsWith("last/", StringComparison.Ordinal)),
            "no document is stored of a run that is over");
        Check.That(_server.Get(Bucket.Plans, "last").Data is null, "no plan is kept of a run that is over");
    }

    private void CheckAll()
    {
        foreach (SimulatedAgent agent in _agents)
        {
            agent.CheckIsFree();
        }

        foreach (SimulatedController controller in _controllers)
        {
            if (!_wasStill.Contains(controller))
            {
                controller.CheckBegins(Jobs);
            }

            controller.CheckAnswers();
            CheckResults(controller);
            CheckWhole(controller);
        }

        CheckNothingTwice();

        foreach (IGrouping<JobId, SimulatedJob> part in Jobs.Where(static job => job.BeganNs >= 0)
            .GroupBy(job => job.Id))
        {
            Check.That(part.Count() == 1, $"part {part.Key.Part} of run {part.Key.Run} is carried out once");
        }

        CheckBusy();
    }

    /// <summary>
    /// No arrival of a plan is offered twice: parts that have arrivals in common are not carried out at one time. That
    /// is promised where lost parts are taken over, whoever is lost, cut off, or comes back.
    /// </summary>
    private void CheckNothingTwice()
    {
        foreach (IGrouping<string, SimulatedJob> run in Jobs.Where(static job => job.BeganNs >= 0)
            .GroupBy(static job => job.Id.Run))
        {
            SimulatedJob[] begun = [.. run.OrderBy(static job => job.BeganNs)];
            for (int later = 1; later < begun.Length; later++)
            {
                foreach (SimulatedJob earlier in begun.Take(later).Where(
                    one => Overlap(one.Id.Part, begun[later].Id.Part)))
                {
                    Check.That(
                        earlier.StoppedNs >= 0 && earlier.StoppedNs <= begun[later].BeganNs,
                        $"part {earlier.Id.Part} at {earlier.Host} has ended when {begun[later].Id.Part} at "
                            + $"{begun[later].Host} begins: {earlier.StoppedNs / 1e9} and "
                            + $"{begun[later].BeganNs / 1e9}");
                }
            }
        }
    }

    private static bool Overlap(JobPart one, JobPart other) =>
        (long)one.Index * other.Count < (long)(other.Index + 1) * one.Count
        && (long)other.Index * one.Count < (long)(one.Index + 1) * other.Count;

    /// <summary>Results that are here equal the truth.</summary>
    private void CheckResults(SimulatedController controller)
    {
        foreach (PartSeat part in controller.Machine.Parts.Where(static part => part.Result is not null))
        {
            bool isTrue = Jobs.Any(job => job.IsOver && job.Word == part.Result!.RunId
                && job.Answered == part.Result.Messages!.Answered);
            Check.That(isTrue, $"the result of {part.Result!.RunId} is what was carried out");
        }
    }

    /// <summary>Where no fault hit an agent for good, all results are there.</summary>
    private void CheckWhole(SimulatedController controller)
    {
        if (controller.IsDead || controller.Machine.Phase != ControllerPhase.Over || _wasStill.Contains(controller)
            || _isCutOff.Contains(controller.Spec.Run))
        {
            return;
        }

        foreach (PartSeat part in controller.Machine.Parts)
        {
            SimulatedAgent agent = _agents.Single(agent => agent.Name == part.Agent.Name);
            bool isCrashed = agent.Jobs.All.Exists(job => job.Id.Part == part.Part && job.Id.Run == controller.Spec.Run
                && job is { IsOver: true, Result: null });
            bool isElsewhere = _controllers.Exists(other => other.Spec.Run == controller.Spec.Run
                && other.Machine.Parts.Any(one => one.Part == part.Part && one.Result is not null));
            bool isRefused = part is { TakesOver: not null, State: JobState.Failed, ExitCode: null };
            Check.That(agent.WasKilled || isCrashed || isElsewhere || isRefused || part.Result is not null,
                $"{controller.Spec.Name} has the result of part {part.Part} of run {controller.Spec.Run}: "
                    + $"{part.State} {part.Said}");
        }
    }

    /// <summary>An agent carries out one run at a time, and whoever is refused is told who has it.</summary>
    private void CheckBusy()
    {
        foreach (SimulatedAgent agent in _agents)
        {
            SimulatedJob[] begun = [.. agent.Jobs.All.Where(static job => job.BeganNs >= 0)];
            foreach (SimulatedJob job in begun)
            {
                Check.That(
                    !begun.Any(other => other.Id.Run != job.Id.Run && other.BeganNs < job.EndedNs
                        && job.BeganNs < other.EndedNs && !agent.WasKilled),
                    $"{agent.Name} carries out one run at a time");
            }
        }

        foreach (SimulatedController refused in _controllers.Where(static one => one.Machine.Refusals.Any(
            static line => line.Contains("is busy", StringComparison.Ordinal))))
        {
            Check.That(
                refused.Machine.Refusals.Any(line => _controllers.Any(other => other != refused
                    && (line.Contains(
                        $"is busy with run {other.Spec.Run} of {other.Spec.Name}", StringComparison.Ordinal)
                    || line.Contains($"(busy with run {other.Spec.Run})", StringComparison.Ordinal)))),
                $"{refused.Spec.Name} is told who has its agents: {string.Join("; ", refused.Machine.Refusals)}");
        }
    }
}
