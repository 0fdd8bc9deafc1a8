using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// The document of a run on many hosts: the merged results of all its parts. For a part without a result its last
/// figures stand in, and what it may have done after them is bounded by its plan.
/// </summary>
internal static class ClusterDocument
{
    /// <summary>Merges what is known; null: nothing is.</summary>
    public static RunDocument? Merge(IReadOnlyList<PartRow> parts) => Merge(Known(parts));

    /// <summary>Merges what is known so far: without intervals, which <see cref="LiveSeries"/> has.</summary>
    public static RunDocument? MergeLive(IReadOnlyList<PartRow> parts) =>
        Merge([.. Known(parts).Select(static one => one with { Run = RunMerge.InShort(one.Run) })]);

    private static NamedRun[] Known(IReadOnlyList<PartRow> parts) =>
    [
        .. parts.Where(part => part.Run is not null).Select(part => new NamedRun(
            part.Name, part.IsHandedOver ? HandedOver(Marked(part), PiecesOf(part, parts)) : Marked(part))),
    ];

    private static RunDocument? Merge(NamedRun[] known) => known.Length switch
    {
        0 => null,
        1 => known[0].Run,
        _ => RunMerge.TryMerge(known, out RunDocument? merged, out _) ? merged : known[0].Run,
    };

    /// <summary>The result, or what it would be now.</summary>
    /// <param name="plan">The part of the plan of those that were lost.</param>
    /// <param name="search">What a led search came to; null: there is none.</param>
    public static RunDocument Make(
        ClusterView view, RunSpec spec, ClusterPlan plan, string endedBy, SaturationResult? search)
    {
        bool isOver = endedBy != RunStates.Running;
        RunDocument whole = WithSearch(view.Merged ?? Nothing(spec), search);
        RunEvent[] events =
        [
            .. whole.Events,
            .. view.Events.Select(one => new RunEvent(Math.Max(0, (one.At - whole.Started).Ticks * 100), one.Text)),
        ];
        PartLoss[] losses = isOver
            ? [.. view.Parts.Select(part => plan.LossOf(part, view.Parts, whole.Started, endedBy)).OfType<PartLoss>()]
            : [];
        IReadOnlyList<PartMove> moves = PartMove.All(view.Parts);
        RunDocument document = whole with
        {
            RunId = spec.RunId,
            Labels = spec.Labels.Count > 0 ? spec.Labels : null,
            Options = spec.Options,
            EndedBy = endedBy,
            Events = [.. events.OrderBy(one => one.TimeNs)],
            Sources = [.. whole.Sources.Select(source => Completed(source, view))],
            Cluster = new ClusterFigures
            {
                Agents = view.Agents.Count,
                Parts = view.Parts.Count,
                PartsLost = losses.Length,
                Unaccounted = UnaccountedOf(losses),
                NotOffered = losses.Sum(one => one.NotOffered),
                TakenOver = moves.Count == 0 ? null :
                [
                    .. moves.Select(move => new MovedPart
                    {
                        Part = move.Part.Part.ToString(),
                        Agent = move.Part.Agent,
                        By = move.By,
                        At = move.At,
                    }),
                ],
            },
        };
        string moved = Moved(moves, whole.Started);
        Finding[] lost = losses.Length > 0 ? [Lost(view, spec.RunId, losses, moved)] : [];
        lost = search is not null && new ShortSteps().Judge(document) is { } brief ? [.. lost, brief] : lost;
        int agentsLost = losses.Select(loss => loss.Agent).Distinct().Count();
        string lostAgents = agentsLost == 0 ? ""
            : $"; {agentsLost} of {Units.Several(view.Agents.Count, "generators")} lost{moved}";
        bool isOk = whole.Verdict.IsOk && !(losses.Length > 0 && view.IsFailed);
        return document with
        {
            Verdict = new Verdict(
                isOk, VerdictLine.Write(document) + lostAgents,
                [.. lost.Concat(whole.Verdict.Findings).OrderByDescending(finding => finding.Severity)]),
        };
    }

    /// <summary>A piece says itself that it has taken over once it is told when; it is one before, too.</summary>
    private static RunDocument Marked(PartRow part) => part.TakesOver is null ? part.Run!
        : part.Run! with { TakenOver = part.Run.TakenOver ?? new PartTakenOver(part.From ?? part.Run.Started, 0) };

    /// <summary>
    /// Leaves what counts of a part that others have taken over: no connection is asked of it any more, and nobody can
    /// say whether those that it had are open.
    /// </summary>
    private static RunDocument HandedOver(RunDocument run, IEnumerable<PartRow> pieces)
    {
        Connections had = run.Connections;
        ReasonCounts closed = Plus(had.Closed, had.Open);
        ReasonCounts failed = Plus(had.ConnectFailed, had.Connecting ?? 0);
        long peak = had.Peak - pieces.Sum(piece => piece.Run?.Connections.Peak ?? 0);
        return run with
        {
            Connections = had with
            {
                Target = had.Target is null ? null : 0, Open = 0, Held = 0, Peak = Math.Max(0, peak),
                Connecting = had.Connecting is null ? null : 0, Closed = closed, ConnectFailed = failed,
            },
        };
    }

    private static ReasonCounts Plus(ReasonCounts counts, long lost)
    {
        ReasonCounts sum = [];
        foreach (KeyValuePair<string, long> count in counts)
        {
            sum.Add(count.Key, count.Value);
        }

        if (lost > 0)
        {
            sum.Add(CloseReasons.Name(CloseReason.AgentLost), lost);
        }

        return sum;
    }

    private static IEnumerable<PartRow> PiecesOf(PartRow part, IReadOnlyList<PartRow> all) =>
        all.Where(one => one.TakesOver == part.Part);

    /// <summary>Names how many have taken over, and when; empty: nobody.</summary>
    private static string Moved(IReadOnlyList<PartMove> moves, DateTimeOffset started)
    {
        PartMove[] told = [.. moves.Where(move => move.At is not null)];
        return told.Length == 0 ? ""
            : $", taken over by {Units.Several(told.SelectMany(move => move.By).Distinct().Count(), "others")} at "
                + string.Join(", ", told.Select(move => Since(move.At!.Value, started)).Distinct());
    }

    private static string Since(DateTimeOffset at, DateTimeOffset started) =>
        Units.Duration(Math.Max(0, (at - started).Ticks * 100));

    /// <summary>The steps of a search are those that its leader judged: parts know of no judgement.</summary>
    private static RunDocument WithSearch(RunDocument run, SaturationResult? search)
    {
        if (search is null)
        {
            return run;
        }

        Section own = [];
        foreach (KeyValuePair<string, Node> entry in run.Own ?? [])
        {
            own[entry.Key] = entry.Value;
        }

        SaturationSection.Write(own, search);
        own[SaturationSection.Network] = Node.Null;
        return run with { Own = own, Result = search };
    }

    private static RunSource Completed(RunSource source, ClusterView view)
    {
        PartRow? part = view.Parts.FirstOrDefault(one => one.Name == source.Name);
        return part is null ? source : source with
        {
            ClockAheadNs = part.ClockAhead.Ticks * 100,
            ClockBoundNs = part.ClockBound.Ticks * 100,
            IsWhole = part.IsWhole,
        };
    }

    private static long? UnaccountedOf(IReadOnlyList<PartLoss> losses) =>
        losses.Any(static one => one.Unaccounted is null) ? null : losses.Sum(static one => one.Unaccounted);

    private static Finding Lost(ClusterView view, string run, IReadOnlyList<PartLoss> losses, string moved)
    {
        string[] agents = [.. losses.Select(loss => loss.Agent).Distinct()];
        string when = string.Join(", ", losses.Select(loss => $"{loss.Agent} {loss.When}").Distinct());
        return RuleNote.GeneratorsLost.Found(
            view.IsFailed ? Severity.Error : Severity.Warning,
            $"{agents.Length} of {Units.Several(view.Agents.Count, "generators")} lost: {when}; "
                + $"{Units.Count(losses.Sum(one => one.NotOffered))} of its part were not offered{moved}",
            "the counts of a lost part are those of its last figures; what it did after them is not known"
                + (UnaccountedOf(losses) is { } most ? $": at most {Units.Count(most)} more (unaccounted)" : ""),
            "see the log of that agent, and its host's (out of memory?); an agent that is only cut off "
                + (moved.Length > 0 ? "has stopped before the others took over" : "goes on by the plan")
                + $": when it is back, throng cluster attach {run} makes the whole result");
    }

    private static RunDocument Nothing(RunSpec spec) => new()
    {
        Tool = Release.Tool,
        Command = spec.Command,
        Host = new Measurement.Host(),
        Started = DateTimeOffset.UtcNow,
        Connections = new Connections(),
        Options = spec.Options,
    };
}
