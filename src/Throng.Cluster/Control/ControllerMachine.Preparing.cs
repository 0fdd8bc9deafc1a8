using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>From looking for agents to the moment at which all begin.</summary>
public sealed partial class ControllerMachine
{
    private const long GatherEveryNs = SecondNs / 4;

    /// <summary>All that are there: the list is read again after a re-put of every agent.</summary>
    private const long AllAreThereNs = SecondNs + (SecondNs / 2);

    /// <summary>Questions for the time before a run: the fastest answer of so many.</summary>
    private const int ClockQuestions = 20;

    /// <summary>Time for the order to begin to reach everybody; asked again within it.</summary>
    private static readonly TimeSpan BeginLead = TimeSpan.FromMilliseconds(500);

    private byte[] _leader = [];
    private bool _isLeading;
    private long _listId;
    private long _nextListNs;
    private long _beginNs;
    private long _nextLateNs;
    private int _answersLeft;

    /// <summary>Unless a moment to begin was given, and is still far away.</summary>
    private bool IsTimeToTell => spec.StartAt is not { } at || at - _now.Utc <= BeginLead;

    private void Gather()
    {
        if (_listId == 0 && _now.Ns >= _nextListNs)
        {
            _listId = ++_nextId;
            _nextListNs = _now.Ns + GatherEveryNs;
            bus.List(_listId, Bucket.Agents);
        }
    }

    private void TakeCards(Listed listed)
    {
        if (listed.Id != _listId)
        {
            return;
        }

        _listId = 0;
        if (Phase != ControllerPhase.Gathering)
        {
            KnowCards(listed);
            return;
        }

        List<AgentCard> there = [];
        foreach (ReadOnlyMemory<byte> value in listed.Values?.Values ?? [])
        {
            if (ClusterJson.TryRead(value, out AgentCard? card) && card.Has(spec.Where) && !card.IsLeaving)
            {
                there.Add(card);
            }
        }

        AgentCard[] free =
            [.. there.Where(card => card.Run is null).OrderBy(card => card.Name, StringComparer.Ordinal)];
        bool isEnough = spec.Agents is { } wanted ? free.Length >= wanted
            : free.Length > 0 && _now.Ns - _startedNs >= AllAreThereNs;
        if (isEnough)
        {
            foreach (AgentCard card in free.Take(spec.Agents ?? free.Length))
            {
                _agents[card.Name] = new AgentSeat(card) { HeardNs = _now.Ns };
            }

            Enter(ControllerPhase.Examining);
            TakeLead();
        }
        else if (_now.Ns - _startedNs >= spec.WaitNs)
        {
            Refuse(Missing(there));
        }
    }

    private string Missing(List<AgentCard> there)
    {
        string where = spec.Where.Count == 0 ? ""
            : " with " + string.Join(", ", spec.Where.Select(label => $"{label.Key}={label.Value}"));
        string found = there.Count == 0 ? "none is there"
            : "there are " + string.Join(", ", there.Select(
                card => card.Run is { } run ? $"{card.Name} (busy with run {run})" : card.Name));
        string wanted = Units.Several(spec.Agents ?? 1, "agents");
        return $"{wanted}{where} did not come within {Units.Duration(spec.WaitNs)}: {found}; start some with "
            + "throng agent --join, or see throng cluster status";
    }

    /// <summary>Takes the lead: the revision of the key is higher than that of every leader before.</summary>
    private void TakeLead()
    {
        _leader = Encoding.UTF8.GetBytes($"{spec.Name} {_now.Utc:O} {_now.Ns}");
        Lead.Write(_leader, _now.Ns);
    }

    private void TryLead()
    {
        Lead.Tick(_now.Ns);
        if (_isLeading || IsOver)
        {
            return;
        }

        if (Lead.Revision > 0)
        {
            _isLeading = true;
            if (Phase == ControllerPhase.Examining)
            {
                Examine();
            }
            else
            {
                HearAgents();
            }
        }
        else if (Lead.IsFailed)
        {
            Refuse("the plan cannot be kept: the message system has no quorum or no room; see its log");
        }
    }

    /// <summary>Asks each agent whether its part fits there, and meanwhile how late it is there.</summary>
    private void Examine()
    {
        AgentSeat[] all = [.. _agents.Values];
        _answersLeft = all.Length;
        for (int at = 0; at < all.Length; at++)
        {
            AgentSeat agent = all[at];
            AskClock(agent, ClockQuestions);
            Order order = new()
            {
                Kind = OrderKind.Examine, Words = spec.Words, Part = new JobPart(at, all.Length).ToString(),
            };
            AskSurely(agent, order, answer => TakeExamined(agent, answer));
        }
    }

    private static readonly TimeSpan ExamineTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Gives an order that may come twice once more where it, or its answer, went with a connection.</summary>
    private void AskSurely(AgentSeat agent, Order order, Action<OrderAnswer?> then)
    {
        long askedNs = _now.Ns;
        Ask(
            agent, order, answer =>
            {
                bool isLost = answer is null && _connectedNs > askedNs;
                if (isLost && Phase is (ControllerPhase.Examining or ControllerPhase.Preparing))
                {
                    AskSurely(agent, order, then);
                }
                else
                {
                    then(answer);
                }
            },
            ExamineTimeout);
    }

    private void TakeExamined(AgentSeat agent, OrderAnswer? answer)
    {
        agent.Possible = answer?.Possible;
        if (answer is not { IsDone: true })
        {
            _refusals.Add($"{agent.Name}: {answer?.Text ?? "did not answer"}");
        }
        else if (!answer.Fits && spec is { Force: false, Split: PlanSplit.Even })
        {
            string possible = answer.Possible is { } most
                ? $"{Units.Count((long)most)} connections are possible"
                : "no";
            _refusals.Add($"{agent.Name}: its part does not fit: {possible}; {answer.Text}");
        }

        if (--_answersLeft > 0 || Phase != ControllerPhase.Examining)
        {
            return;
        }

        if (_refusals.Count > 0)
        {
            Refuse(Sum());
        }
        else
        {
            HandOut();
        }
    }

    /// <summary>The sum of what is possible on all of them, where that is the matter.</summary>
    private IEnumerable<string> Sum()
    {
        AgentSeat[] known = [.. _agents.Values.Where(agent => agent.Possible is not null)];
        if (spec.Connections is { } wanted && known.Length == _agents.Count)
        {
            string sum = string.Join(
                " + ", known.Select(agent => $"{Units.Count((long)agent.Possible!)} ({agent.Name})"));
            yield return $"{Units.Count(wanted)} connections were asked for, and {sum} = "
                + $"{Units.Count((long)known.Sum(agent => agent.Possible!.Value))} are possible; more agents, "
                + "--split capacity, or fewer connections";
        }
    }

    /// <summary>Cuts the plan into parts and has each started.</summary>
    private void HandOut()
    {
        AgentSeat[] all = [.. _agents.Values];
        int[] weights = spec.Split == PlanSplit.Even
            ? [.. all.Select(static _ => 1)]
            : PlanShares.Weights([.. all.Select(static agent => agent.Possible)]);
        int count = weights.Sum();
        int index = 0;
        for (int at = 0; at < all.Length; at++)
        {
            for (int own = 0; own < weights[at]; own++)
            {
                _parts.Add(new PartSeat(new JobPart(index++, count), all[at]));
            }
        }

        KeepPlan();
        Prepare();
    }

    /// <summary>Has each part started, unless it is already.</summary>
    private void Prepare()
    {
        Enter(ControllerPhase.Preparing);
        _answersLeft = _parts.Count;
        foreach (PartSeat part in _parts)
        {
            AskSurely(part.Agent, PrepareOrder(part), answer => TakePrepared(part, answer));
        }
    }

    private Order PrepareOrder(PartSeat part) => new()
    {
        Kind = OrderKind.Prepare, Words = spec.Words, Part = part.Part.ToString(), OnAgentLoss = spec.OnAgentLoss,
        OnControllerLoss = spec.OnControllerLoss, TakesOver = part.TakesOver is not null,
    };

    private void TakePrepared(PartSeat part, OrderAnswer? answer)
    {
        if (answer is null && _taken is not null)
        {
            Lose(part.Agent, "did not answer"); // the run that was begun goes on without it
        }
        else if (answer is not { IsDone: true })
        {
            _refusals.Add($"{part.Agent.Name}: {answer?.Text ?? "did not answer"}");
        }

        if (--_answersLeft > 0 || Phase != ControllerPhase.Preparing)
        {
            return;
        }

        if (_refusals.Count > 0)
        {
            Refuse();
        }
        else
        {
            Enter(ControllerPhase.Connecting);
        }
    }

    private void KeepPlan() => Plan.Write(PlanNow(), _now.Ns);

    private byte[] PlanNow() => ClusterJson.Write(new RunPlan
    {
        Run = spec.Run, Controller = spec.Name, Words = spec.Words, Begin = Begin, Fence = Lead.Revision,
        OnAgentLoss = spec.OnAgentLoss, OnControllerLoss = spec.OnControllerLoss,
        Parts =
        [
            .. _parts.Select(part => new PlannedPart(part.Part.ToString(), part.Agent.Name)
            {
                TakesOver = part.TakesOver?.Part.ToString(), From = part.From,
            }),
        ],
    });

    private static bool IsReadyOrGone(PartSeat part) =>
        part.IsAtEnd || part.IsGivenUp || part.Agent.IsLost
        || (part.State == JobState.Ready && part.Agent.Clock.IsKnown);

    /// <summary>Tells all one moment, each by its own clock.</summary>
    private void TellBegin()
    {
        Enter(ControllerPhase.Beginning);
        Begin = spec.StartAt is { } at && at > _now.Utc + BeginLead ? at : _now.Utc + BeginLead;
        _beginNs = _now.Ns + ((Begin.Value - _now.Utc).Ticks * 100);
        KeepPlan();
        Note("told to begin at " + Begin.Value.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        foreach (AgentSeat agent in _agents.Values.Where(agent => !agent.IsLost))
        {
            TellBegin(agent);
        }
    }

    private void TellBegin(AgentSeat agent)
    {
        TimeSpan left = TimeSpan.FromTicks((_beginNs - _now.Ns) / 100);
        if (left <= TimeSpan.Zero || Phase != ControllerPhase.Beginning)
        {
            return; // it is told late then
        }

        ClusterTime begin = new(_beginNs, Begin!.Value);
        agent.BeginBound = agent.Clock.BoundAt(begin);
        Order order = new() { Kind = OrderKind.Begin, At = Begin.Value + agent.Clock.Ahead };
        Ask(agent, order, answer =>
        {
            if (answer is null)
            {
                TellBegin(agent);
            }

            TakeBegun(agent, answer, order.At.Value);
        }, left / 2 > TellAgain ? left / 2 : TellAgain);
    }

    /// <summary>Tells those that could not be told in time a moment of their own.</summary>
    private void TellLateBegin()
    {
        if (Phase != ControllerPhase.Running || _now.Ns < _nextLateNs)
        {
            return;
        }

        _nextLateNs = _now.Ns + SecondNs;
        foreach (AgentSeat agent in _agents.Values.Where(agent => agent is { IsLost: false, HasBegun: false }
            && PartsOf(agent).Any(static part => part is
            {
                TakesOver: null, IsHeard: true, HasNotBegun: true, IsGivenUp: false,
            })))
        {
            Order order = new() { Kind = OrderKind.Begin, At = _now.Utc + BeginLead + agent.Clock.Ahead };
            Ask(agent, order, answer => TakeBegun(agent, answer, null), TellAgain + BeginLead);
        }
    }

    private static readonly TimeSpan TellAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>The moment is here: whoever has not confirmed it may not have heard of it.</summary>
    private void Run()
    {
        Enter(ControllerPhase.Running);
        foreach (AgentSeat agent in _agents.Values.Where(static agent => !agent.HasBegun))
        {
            agent.IsLate = true;
            Note($"{agent.Name} has not confirmed in time that it begins");
        }
    }

    /// <param name="at">The moment that all were told, by the agent's clock; null: a later one.</param>
    private void TakeBegun(AgentSeat agent, OrderAnswer? answer, DateTimeOffset? at)
    {
        if (answer is { IsDone: false })
        {
            Note($"{agent.Name} does not begin: {answer.Text}");
        }
        else if (answer is not null && !agent.HasBegun)
        {
            agent.HasBegun = true;
            agent.IsLate = at is null || answer.Now > at;
            if (agent.IsLate)
            {
                Note($"{agent.Name} begins later than the others");
            }
        }
    }
}
