using System.Globalization;
using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests.Cluster;

/// <summary>A simulated controller: it may be killed, and it may stand still for a while and go on as if it had not.
/// </summary>
internal sealed class SimulatedController
{
    private const long TickNs = 50_000_000;

    private readonly VirtualTime _time;
    private readonly Queue<BusEvent> _missed = new();
    private readonly Dictionary<JobPart, long> _answered = [];
    private readonly Dictionary<JobPart, RunDocument> _results = [];
    private int _events;
    private int _told;
    private int _heard;

    public SimulatedController(
        VirtualTime time, SimulatedServer server, ControllerSpec spec, SimulatedClock clock, bool attaches = false)
    {
        (_time, Spec, Clock, IsAttached) = (time, spec, clock, attaches);
        Bus = new SimulatedBus(
            time, server, string.Create(CultureInfo.InvariantCulture, $"{spec.Name}.{spec.Run}"), Take,
            ClusterProtocol.FiguresOf(spec.Run));
        server.Add(Bus);
        Machine = attaches ? ControllerMachine.Attach(spec, Bus) : new ControllerMachine(spec, Bus);
        Bus.ConnectAfter(time.DrawMs(5, 100));
        time.Say($"{spec.Name} starts with run {spec.Run}");
        Tick();
    }

    public ControllerSpec Spec { get; }

    public SimulatedClock Clock { get; }

    public ControllerMachine Machine { get; }

    public SimulatedBus Bus { get; }

    public bool IsAttached { get; }

    public bool IsDead { get; private set; }

    public bool IsStill { get; private set; }

    /// <summary>Nothing more of it is to come.</summary>
    public bool IsOver => IsDead || Machine.IsOver;

    public void Kill()
    {
        _time.Say($"{Spec.Name} is killed in {Machine.Phase}");
        IsDead = true;
        Bus.Close();
    }

    public void StandStill(long forNs)
    {
        _time.Say($"{Spec.Name} stands still in {Machine.Phase}");
        IsStill = true;
        _time.After(forNs, () =>
        {
            _time.Say($"{Spec.Name} goes on");
            IsStill = false;
            while (_missed.TryDequeue(out BusEvent? missed))
            {
                Take(missed);
            }
        });
    }

    public void Say(string line)
    {
        if (!IsOver && !IsStill)
        {
            _told += Machine.Say(line, (_, _) => _heard++);
        }
    }

    public void End()
    {
        if (!IsOver && !IsStill)
        {
            _time.Say($"{Spec.Name} ends its run in {Machine.Phase}");
            Machine.End();
        }
    }

    /// <summary>Checks what it said about the time: all parts begin together within the bounds that it gives.</summary>
    public void CheckBegins(IEnumerable<SimulatedJob> jobs)
    {
        if (Machine.Begin is not { } moment || IsAttached)
        {
            return;
        }

        long trueNs = Clock.TrueOf(moment);
        foreach (PartSeat part in Machine.Parts.Where(
            static part => part is { TakesOver: null, Agent: { IsLate: false, BeginBound: not null } }))
        {
            foreach (SimulatedJob job in jobs.Where(job => job.Id.Run == Spec.Run && job.Id.Part == part.Part
                && job.Host == part.Agent.Name && job.BeganNs >= 0))
            {
                long farNs = Math.Abs(job.BeganNs - trueNs);
                Check.That(
                    farNs <= (part.Agent.BeginBound!.Value.Ticks * 100) + 1_000_000,
                    $"{part.Agent.Name} begins {farNs / 1e6} ms from the moment, and its bound is "
                        + $"{part.Agent.BeginBound.Value.TotalMilliseconds} ms");
            }
        }
    }

    public void CheckAnswers() =>
        Check.That(_heard == _told || IsDead, $"{Spec.Name} has heard of {_told} lines it said, and not of {_heard}");

    private void Tick()
    {
        if (IsOver)
        {
            return;
        }

        if (!IsStill)
        {
            ControllerPhase before = Machine.Phase;
            Machine.Tick(Clock.Now);
            Look(before);
        }

        _time.After(TickNs, Tick);
    }

    private void Take(BusEvent happened)
    {
        if (IsDead)
        {
            return;
        }

        if (IsStill)
        {
            _missed.Enqueue(happened);
            return;
        }

        ControllerPhase before = Machine.Phase;
        Machine.Take(happened, Clock.Now);
        Look(before);
    }

    /// <summary>Checks what holds after each step: figures only grow, and a result is that of its part, for good.
    /// </summary>
    private void Look(ControllerPhase before)
    {
        for (; _events < Machine.Events.Count; _events++)
        {
            _time.Say($"{Spec.Name}: {Machine.Events[_events].Text}");
        }

        if (before != Machine.Phase)
        {
            _time.Say($"{Spec.Name}: {before} -> {Machine.Phase} {string.Join("; ", Machine.Refusals)}");
        }

        foreach (PartSeat part in Machine.Parts)
        {
            string word = SimulatedJob.WordOf(new JobId(Spec.Run, part.Part), part.Agent.Name);
            if (part.Figures is { } figures)
            {
                long answered = figures.Messages!.Answered;
                Check.That(figures.RunId == word, $"figures of {word} are its own, not those of {figures.RunId}");
                Check.That(answered >= _answered.GetValueOrDefault(part.Part), $"figures of {word} only grow");
                _answered[part.Part] = answered;
            }

            if (part.Result is { } result)
            {
                Check.That(result.RunId == word, $"the result of {word} is its own, not that of {result.RunId}");
                Check.That(
                    _results.TryAdd(part.Part, result) || ReferenceEquals(_results[part.Part], result),
                    $"{word} has one result");
            }
            else
            {
                Check.That(!_results.ContainsKey(part.Part), $"{word} keeps its result");
            }
        }
    }
}
