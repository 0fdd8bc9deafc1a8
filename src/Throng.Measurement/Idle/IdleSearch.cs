namespace Throng.Measurement;

/// <summary>
/// Search for the silence at which a path forgets a connection: says what each round tries, is told what became of its
/// lanes, and narrows down until what is remembered and what is forgotten are near enough; then it tries both again
/// with few lanes. Lanes that ended although longer silences were remembered did not end by their silence: it goes on
/// with fewer of them, and believes them after all when fewer do not help. Pure: no clock, no I/O.
/// </summary>
public sealed class IdleSearch
{
    /// <summary>Rounds beyond those of the plan, for outcomes that are not of one mind.</summary>
    private const int RoundsSpare = 2;

    /// <summary>How often fewer lanes are tried.</summary>
    private const int CrowdingsMax = 2;

    /// <summary>Messages that were not answered, after which nobody waits for longer silences.</summary>
    private const int DecisiveLanes = 2;

    private readonly IdleKind _kind;
    private readonly IdlePlan _plan;
    private readonly List<IdleLane> _told = [];
    private readonly List<IdleLane> _aside = [];
    private readonly List<IdleRound> _rounds = [];
    private readonly List<IdleCrowding> _crowdings = [];
    private int _lanes;
    private int _roundsLeft;
    private int _timesAside;
    private int _timesFewer;
    private bool _hasRestarted;
    private bool _isConfirmed;

    public IdleSearch(IdleKind kind, IdlePlan plan)
    {
        _kind = kind;
        _plan = plan;
        _lanes = plan.Lanes;
        _roundsLeft = plan.RoundsMax + RoundsSpare;
        Next = plan.Spread(plan.FromNs, plan.ToNs, plan.Lanes);
    }

    /// <summary>Silences that the lanes of the next round try, in order; empty when the search is over.</summary>
    public IReadOnlyList<long> Next { get; private set; }

    /// <summary>Purpose of that round.</summary>
    public IdlePhase Phase { get; private set; }

    public IdleEnding Ending { get; private set; }

    public IdleBracket Bracket => IdleBracket.Of(_kind, _told);

    public IdleSearched Result
    {
        get
        {
            HashSet<IdleLane> told = new(_told, ReferenceEqualityComparer.Instance);
            return new IdleSearched
            {
                Kind = _kind,
                Ending = Ending,
                FromNs = _plan.FromNs,
                ToNs = _plan.ToNs,
                Crowdings = [.. _crowdings],
                Rounds =
                [
                    .. _rounds.Select(round => round with
                    {
                        Lanes = [.. round.Lanes.Select(lane => lane with { Counts = told.Contains(lane) })],
                    }),
                ],
            };
        }
    }

    /// <summary>
    /// Whether a round need not wait for the lanes that are still silent: shorter silences were asked and forgotten. A
    /// lane that ended by itself decides nothing: what ends by its silence ends every other one that is silent too.
    /// </summary>
    public bool IsDecided(IReadOnlyList<IdleLane> lanes)
    {
        if (Phase == IdlePhase.Confirm || _kind == IdleKind.Keepalive)
        {
            return false;
        }

        long pendingNs = lanes.Where(lane => lane.Outcome == IdleOutcome.None)
            .Min(lane => (long?)lane.TriedNs) ?? long.MaxValue;
        int forgotten = lanes.Count(lane => lane.TriedNs < pendingNs
            && IdleOutcomes.IsForgotten(lane.Outcome) && !IdleOutcomes.IsSeen(lane.Outcome));
        return pendingNs != long.MaxValue && forgotten >= DecisiveLanes;
    }

    /// <summary>Takes what became of the lanes of the round that <see cref="Next"/> asked for.</summary>
    public void Add(IReadOnlyList<IdleLane> lanes, long tookNs)
    {
        Check(lanes);
        IdleRound round = new(_kind, Phase, lanes, tookNs);
        _rounds.Add(round);
        _roundsLeft--;
        _isConfirmed = Phase == IdlePhase.Confirm;
        if (round.Opened < IdlePlan.LanesMin)
        {
            End(IdleEnding.NoLanes);
            return;
        }

        CountUnopened(round);
        Take(round);
        GoOn();
    }

    private void Check(IReadOnlyList<IdleLane> lanes)
    {
        if (lanes.Count != Next.Count || lanes.Any(lane => lane.Outcome == IdleOutcome.None))
        {
            throw new ArgumentException("each lane that was asked for has an outcome", nameof(lanes));
        }
    }

    private void CountUnopened(IdleRound round)
    {
        if (round.Opened < round.Lanes.Count)
        {
            int left = Math.Min(_lanes, round.Opened);
            _crowdings.Add(new IdleCrowding(
                round.Lanes.Count, left, round.Lanes.Count - round.Opened, IdleOutcome.NotOpened, 0));
            GoOnWith(left);
        }
    }

    private void GoOnWith(int lanes)
    {
        _lanes = lanes;
        if (_timesFewer++ >= CrowdingsMax)
        {
            return; // it never gets on
        }

        _roundsLeft = Math.Max(_roundsLeft, (_plan with { Lanes = lanes }).RoundsMax + RoundsSpare);
    }

    private void Take(IdleRound round)
    {
        IdleLane[] told = [.. round.Lanes.Where(lane => IdleOutcomes.Tells(lane.Outcome))];
        if (RestartsWithFewer(round))
        {
            _told.RemoveAll(lane => lane.Outcome != IdleOutcome.Remembered);
            _told.AddRange(told);
            return;
        }

        long longestNs = told.Where(lane => lane.Outcome == IdleOutcome.Remembered).Max(lane => (long?)AtNs(lane)) ?? 0;
        IdleLane[] early = [.. told.Where(lane =>
            lane.Outcome != IdleOutcome.Remembered && AtNs(lane) + _plan.WithinNs < longestNs)];
        int left = Math.Max(Math.Min(_lanes, 2 * _plan.Confirmations), round.Opened - early.Length);
        if (early.Length > 0 && left < _lanes && _timesAside < CrowdingsMax)
        {
            _timesAside++;
            _crowdings.Add(Crowding(round.Lanes.Count, left, early));
            GoOnWith(left);
            _aside.AddRange(early);
            _told.AddRange(told.Except(early));
            return;
        }

        if (early.Length > 0)
        {
            BelieveAll(); // fewer lanes did not help
        }

        _told.AddRange(told);
    }

    /// <summary>Takes it that lanes which ended early did not end by their number after all.</summary>
    private void BelieveAll()
    {
        _told.AddRange(_aside);
        _aside.Clear();
        _crowdings.RemoveAll(one => one.Outcome != IdleOutcome.NotOpened);
    }

    /// <summary>
    /// Whether what many lanes were forgotten at is remembered by the few that try it again: then it was their number,
    /// and nothing is known of a silence that was forgotten.
    /// </summary>
    private bool RestartsWithFewer(IdleRound round)
    {
        IdleLane[] forgotten = [.. _told.Where(lane => lane.Outcome != IdleOutcome.Remembered)];
        int most = _rounds.Max(one => one.Opened);
        if (round.Phase != IdlePhase.Confirm || _hasRestarted || round.Forgotten > 0
            || round.Remembered < round.Lanes.Count || round.Lanes.Count >= most || forgotten.Length == 0)
        {
            return false;
        }

        _hasRestarted = true;
        _crowdings.Add(Crowding(most, round.Lanes.Count, forgotten));
        GoOnWith(Math.Max(IdlePlan.LanesMin, round.Lanes.Count));
        return true;
    }

    private static IdleCrowding Crowding(int lanes, int left, IdleLane[] ended) => new(
        lanes, left, ended.Length,
        ended.GroupBy(lane => lane.Outcome).MaxBy(group => group.Count())!.Key,
        ended.Select(lane => lane.SilenceNs).Order().ElementAt(ended.Length / 2));

    private void GoOn()
    {
        IdleBracket bracket = Bracket;
        if (_told.Count == 0)
        {
            End(IdleEnding.NoLanes);
        }
        else if (_told.All(lane => lane.Outcome == IdleOutcome.Remembered))
        {
            if (_told.Max(AtNs) >= _plan.ToNs)
            {
                End(IdleEnding.NotForgotten);
            }
            else
            {
                Try(IdlePhase.Search, _plan.Spread(_plan.FromNs, _plan.ToNs, _lanes));
            }
        }
        else if (bracket.OverlapNs > _plan.WithinNs || bracket.BadNs is null)
        {
            End(IdleEnding.Varies);
        }
        else if (bracket.GoodNs is not { } goodNs)
        {
            if (_told.Any(lane => lane.TriedNs == _plan.FromNs))
            {
                Confirm(
                    IdleEnding.ForgottenAtFrom, [.. Enumerable.Repeat(_plan.FromNs, Confirming(1))]);
            }
            else
            {
                // The lanes of the shortest silences came to nothing.
                Try(IdlePhase.Search, _plan.Spread(
                    _plan.FromNs, Math.Max(_plan.FromNs + 1, _told.Min(lane => lane.TriedNs)), _lanes));
            }
        }
        else
        {
            // Half of what may be leaves room for a confirmation that moves an end; where outcomes are not of one mind
            // already, there is none to win.
            long badNs = bracket.BadNs.Value;
            long enoughNs = _isConfirmed || bracket.OverlapNs > 0 ? _plan.WithinNs : _plan.WithinNs / 2;
            IReadOnlyList<long> between = _plan.Between(goodNs, badNs, _lanes);
            if (badNs - goodNs > enoughNs && between.Count > 0)
            {
                Try(IdlePhase.Search, between);
            }
            else
            {
                Confirm(IdleEnding.Found, BothEnds(goodNs, badNs));
            }
        }
    }

    /// <summary>
    /// Returns what tries a bracket again: its good end a few times, and as many from its bad end to as far as it may
    /// reach, where every connection is forgotten although not all are at the same moment.
    /// </summary>
    private List<long> BothEnds(long goodNs, long badNs)
    {
        int each = Confirming(2);
        long farNs = Math.Max(badNs, goodNs + _plan.WithinNs);
        List<long> tried = [.. Enumerable.Repeat(goodNs, each)];
        for (int i = 1; i <= each; i++)
        {
            double share = each == 1 ? 1 : (i - 1.0) / (each - 1);
            long steps = (long)((farNs - badNs) * share / _plan.StepNs);
            tried.Add(badNs + (steps * _plan.StepNs));
        }

        return tried;
    }

    /// <summary>Lanes that try each of so many ends again.</summary>
    private int Confirming(int ends) => Math.Clamp(
        _lanes / ends, (IdlePlan.LanesMin + ends - 1) / ends, Math.Max(IdlePlan.LanesMin / ends, _plan.Confirmations));

    /// <summary>Tries what was found again; ends where that was what the last round did.</summary>
    private void Confirm(IdleEnding ending, IReadOnlyList<long> triedNs)
    {
        if (_isConfirmed)
        {
            End(ending);
        }
        else
        {
            Try(IdlePhase.Confirm, triedNs);
        }
    }

    private void Try(IdlePhase phase, IReadOnlyList<long> triedNs)
    {
        if (_roundsLeft <= 0)
        {
            End(IdleEnding.Varies);
            return;
        }

        Phase = phase;
        Next = triedNs;
    }

    private void End(IdleEnding ending)
    {
        if (ending == IdleEnding.Varies)
        {
            BelieveAll();
        }

        Ending = ending;
        Next = [];
    }

    private long AtNs(IdleLane lane) => lane.AtNs(_kind);
}
