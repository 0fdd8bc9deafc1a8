using Throng.Measurement;
using Throng.Report;

namespace Throng.Cluster;

/// <summary>Progress of a run on many hosts.</summary>
public enum ControllerPhase : byte
{
    /// <summary>A run that another controller began is taken over: its plan is read, and its agents are heard.
    /// </summary>
    Attaching,

    /// <summary>Agents are looked for.</summary>
    Gathering,

    /// <summary>Each examines the plan on its host, and clocks are compared.</summary>
    Examining,

    /// <summary>Each starts its part.</summary>
    Preparing,

    /// <summary>It comes to no run: what was started for it ends, and what is kept of it goes.</summary>
    Withdrawing,

    /// <summary>The parts open their connections.</summary>
    Connecting,

    /// <summary>All are told one moment to begin at.</summary>
    Beginning,

    Running,

    /// <summary>The parts that have not ended by themselves are told to.</summary>
    Ending,

    /// <summary>Results are fetched.</summary>
    Collecting,

    /// <summary>All that can be had is here: what is kept of the run at its agents goes.</summary>
    Closing,

    Over,

    /// <summary>It did not come to a run; <see cref="ControllerMachine.Refusals"/> says why.</summary>
    Refused,
}

/// <summary>
/// Leads one run on many hosts: finds agents, hands out the plan, tells all one moment to begin at, watches them and
/// fetches their results. A state machine without clock, thread or I/O: one thread hands it what happens, and it calls
/// <see cref="IBus"/>.
/// </summary>
public sealed partial class ControllerMachine(ControllerSpec spec, IBus bus)
{
    private const long SecondNs = Ns.Second;

    /// <summary>A controller that was not looking for so long has heard nobody, whoever spoke.</summary>
    private const long StandStillNs = SecondNs;

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, Action<OrderAnswer?>> _asked = [];
    private readonly SortedDictionary<string, AgentSeat> _agents = new(StringComparer.Ordinal);
    private readonly List<PartSeat> _parts = [];
    private readonly List<string> _refusals = [];
    private KeptKey? _leadKey;
    private KeptKey? _planKey;
    private long _nextId;
    private long _startedNs = -1;
    private long _tickedNs;
    private long _phaseSinceNs;
    private ClusterTime _now;

    public ControllerPhase Phase { get; private set; } = ControllerPhase.Gathering;

    /// <summary>Why there is no run, or another controller leads it; a line each.</summary>
    public IReadOnlyList<string> Refusals => _refusals;

    /// <summary>The agents that have parts, by name.</summary>
    public IReadOnlyCollection<AgentSeat> Agents => _agents.Values;

    public IReadOnlyList<PartSeat> Parts => _parts;

    /// <summary>Things that happened, for a person and for the events of the result: when, and what.</summary>
    public List<(DateTimeOffset At, string Text)> Events { get; } = [];

    /// <summary>The moment all were told to begin at; null: none yet.</summary>
    public DateTimeOffset? Begin { get; private set; }

    /// <summary>Messages of the bus that were dropped here because they came too fast.</summary>
    public long Dropped { get; private set; }

    public bool IsOver => Phase is ControllerPhase.Over or ControllerPhase.Refused;

    /// <summary>
    /// Tells that nobody is left who could be told to end. Not so while results of lost agents are waited for: who is
    /// back goes on by the plan.
    /// </summary>
    public bool HaveAllEnded => Phase > ControllerPhase.Collecting
        || (Phase == ControllerPhase.Collecting && _parts.TrueForAll(static part => part.IsAtEnd));

    /// <summary>Lets time pass; called twenty times a second or more.</summary>
    public void Tick(ClusterTime now)
    {
        if (_startedNs < 0)
        {
            (_startedNs, _phaseSinceNs) = (now.Ns, now.Ns);
        }

        bool stoodStill = _now.Ns > 0 && now.Ns - _tickedNs > StandStillNs;
        (_now, _tickedNs) = (now, now.Ns);
        if (stoodStill)
        {
            Forgive();
        }

        TryLead();
        Plan.Tick(now.Ns);
        AskClocks();
        WatchAgents();
        switch (Phase)
        {
            case ControllerPhase.Attaching:
                Attach();
                break;
            case ControllerPhase.Gathering:
                Gather();
                break;
            case ControllerPhase.Withdrawing or ControllerPhase.Closing:
                Free();
                break;
            case ControllerPhase.Connecting when IsTimeToTell && _parts.TrueForAll(IsReadyOrGone):
                TellBegin();
                break;
            case ControllerPhase.Beginning when now.Ns >= _beginNs:
                Run();
                break;
            case ControllerPhase.Running or ControllerPhase.Ending or ControllerPhase.Collecting:
                TellLateBegin();
                Rebalance();
                if (!IsOver)
                {
                    Fetch();
                }

                break;
        }
    }

    public void Take(BusEvent happened, ClusterTime now)
    {
        _now = now;
        switch (happened)
        {
            case Answered answered when _asked.Remove(answered.Id, out Action<OrderAnswer?>? then):
                TakeAnswer(answered, then);
                break;
            case Received received:
                TakeFigure(received.Data);
                break;
            case Listed listed:
                TakeCards(listed);
                break;
            case Stored stored:
                _ = Lead.Take(stored, now.Ns) || Plan.Take(stored, now.Ns) || TakeHold(stored) || TakeClaim(stored);
                break;
            case Found found:
                _ = Lead.Take(found, now.Ns) || Plan.Take(found, now.Ns) || TakePlan(found) || TakeLeader(found)
                    || TakeHold(found);
                break;
            case Loaded loaded:
                TakeResult(loaded);
                break;
            case BusDisconnected gone:
                Note($"the controller is not connected: {gone.Reason}");
                break;
            case BusConnected when Phase > ControllerPhase.Gathering:
                Note("the controller is connected again");
                Forgive();
                break;
            case BusRefused refused:
                Note($"refused: {refused.Reason}");
                break;
            case BusDropped dropped:
                Dropped += dropped.Count;
                break;
        }
    }

    /// <summary>Says a line to all parts, as at their prompts.</summary>
    /// <param name="then">Takes each agent's answer once; null: it did not answer.</param>
    public int Say(string line, Action<AgentSeat, OrderAnswer?> then)
    {
        Remember(line);
        return Say(_ => line, then, AskTimeout);
    }

    /// <summary>Says a line of its own to each agent, for which there is little time: it is said again.</summary>
    /// <param name="line">The line of an agent; null: none.</param>
    /// <param name="then">Takes each agent's answer once; null: it did not answer.</param>
    public int Say(Func<AgentSeat, string?> line, Action<AgentSeat, OrderAnswer?> then) => Say(line, then, StepTimeout);

    private int Say(Func<AgentSeat, string?> line, Action<AgentSeat, OrderAnswer?> then, TimeSpan timeout)
    {
        int told = 0;
        foreach (AgentSeat agent in _agents.Values.Where(agent => PartsOf(agent).Any(part => !part.IsAtEnd)))
        {
            if (line(agent) is { } own)
            {
                told++;
                Ask(agent, new Order { Kind = OrderKind.Say, Line = own }, answer => then(agent, answer), timeout);
            }
        }

        return told;
    }

    /// <summary>Ends the run in order; one that has not begun to connect comes to none.</summary>
    public void End()
    {
        if (Phase < ControllerPhase.Withdrawing)
        {
            Refuse("it was ended before it began");
        }
        else if (Phase is ControllerPhase.Connecting or ControllerPhase.Beginning or ControllerPhase.Running)
        {
            IsEnding = true;
            Enter(ControllerPhase.Ending);
            TellEnd();
        }
        else if (Phase == ControllerPhase.Collecting)
        {
            IsEnding = true; // who is back is told
        }
    }

    private static readonly TimeSpan StepTimeout = TimeSpan.FromMilliseconds(300);

    private void Enter(ControllerPhase phase) => (Phase, _phaseSinceNs) = (phase, _now.Ns);

    private void Refuse(params IEnumerable<string> lines)
    {
        _refusals.AddRange(lines);
        Enter(_parts.Count > 0 ? ControllerPhase.Withdrawing : ControllerPhase.Refused);
    }

    /// <summary>Another controller leads this run now: nothing of it is ours to end or to remove.</summary>
    private void StepBack(string why)
    {
        if (!IsOver)
        {
            _refusals.Add(why);
            Note(why);
            Enter(ControllerPhase.Refused);
        }
    }

    private void TakeAnswer(Answered answered, Action<OrderAnswer?> then)
    {
        OrderAnswer? answer = null;
        if (answered.Data is { } data && ClusterJson.TryRead(data, out answer))
        {
            Hear(answer.Agent);
            _agents.GetValueOrDefault(answer.Agent)?.Stamp(answer.NowNs, _now.Ns);
        }

        then(answer);
        if (answer is { LedBy.Length: > 0 })
        {
            StepBack(answer.Text);
        }
    }

    /// <summary>The key whose revision is this controller's fence.</summary>
    private KeptKey Lead => _leadKey ??= new KeptKey(bus, Bucket.Plans, ClusterProtocol.FenceKey(spec.Run), NextId);

    private KeptKey Plan => _planKey ??= new KeptKey(
        bus, Bucket.Plans, ClusterProtocol.PlanKey(spec.Run), NextId,
        value => ClusterJson.TryRead(value, out RunPlan? plan) && plan.Fence > Lead.Revision);

    private long NextId() => ++_nextId;

    private void Note(string text) => Events.Add((_now.Utc, text));

    private IEnumerable<PartSeat> PartsOf(AgentSeat agent) => _parts.Where(part => part.Agent == agent);

    private void Hear(string name)
    {
        if (_agents.TryGetValue(name, out AgentSeat? agent))
        {
            Hear(agent);
        }
    }

    private void Ask(AgentSeat agent, Order order, Action<OrderAnswer?> then, TimeSpan? timeout = null)
    {
        long id = ++_nextId;
        _asked[id] = then;
        Order whole = order with
        {
            Run = spec.Run, Controller = spec.Name, Version = spec.Version, Fence = Lead.Revision,
        };
        bus.Ask(id, ClusterProtocol.OrdersTo(agent.Name), ClusterJson.Write(whole), timeout ?? AskTimeout);
    }

    private void TakeFigure(ReadOnlyMemory<byte> message)
    {
        if (!Figure.TryRead(message, out Figure? figure, out ReadOnlyMemory<byte> document) || figure.Run != spec.Run
            || !JobPart.TryParse(figure.Part, out JobPart part)
            || _parts.Find(one => one.Part == part && one.Agent.Name == figure.Agent) is not { } seat)
        {
            return;
        }

        Hear(seat.Agent);
        RunDocument? run = null;
        if (!document.IsEmpty)
        {
            _ = RunReader.TryRead(document, out run, out _);
        }

        seat.Take(figure, run is null ? null : run with { Started = run.Started - seat.Agent.Clock.Ahead });
    }
}
