using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>Times of the steps of a search, and how many parts its plan has.</summary>
/// <param name="CooldownNs">The pause after a step.</param>
/// <param name="TimeoutNs">The longest life of a connection.</param>
public sealed record SearchTimes(long StepNs, long CooldownNs, long TimeoutNs, int Parts);

/// <summary>One part of a search as its leader knows it.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Generator">Name of whoever carries it out.</param>
/// <param name="Network">As <see cref="StepPart.Network"/> has it.</param>
/// <param name="IsThere">It carries steps out; not one that is lost, has ended, or has not begun.</param>
/// <param name="Steps">Steps that are over there, by the numbers that they were told.</param>
public sealed record LedPart(
    int Index, string Generator, string Network, bool IsThere, IReadOnlyList<SearchStep> Steps)
{
    public SearchStep? Find(long number) => Steps.FirstOrDefault(step => step.Number == number);
}

/// <summary>A step that the parts are to be told.</summary>
/// <param name="RatePerSecond">What they are told as the rate of the whole plan.</param>
/// <param name="At">When it begins, by the leader's clock.</param>
/// <param name="Parts">The parts that have it.</param>
public sealed record LedStep(long Number, double RatePerSecond, DateTimeOffset At, IReadOnlyList<int> Parts);

/// <summary>
/// Leads a search whose steps are carried out by several parts: tells each step to all that are there, waits until the
/// figures of all of them are here, and lets the search decide by their sum. A step that not all have carried out that
/// were told it is no step: the search is asked for the same rate again, which those left share. A state machine
/// without clock, thread or I/O.
/// </summary>
public sealed class SearchLead(ISaturationSearch search, SearchTimes times)
{
    /// <summary>From telling a step to its beginning: time enough to tell it again where an answer is lost.</summary>
    public const long LeadNs = 800 * Ns.Millisecond;

    /// <summary>How long figures of a step are waited for after it can last at most: they come each second.</summary>
    private const long FiguresMaxNs = 6 * Ns.Second;

    /// <summary>How long it is waited at first for parts that have not begun.</summary>
    private const long GatherMaxNs = 5 * Ns.Second;

    /// <summary>Steps in turn that came to nothing, after which the search ends.</summary>
    private const int BrokenMax = 3;

    /// <summary>How far a told rate may be from what is asked for, for rounding.</summary>
    private const double SameRatio = 1e-6;

    private readonly List<string> _errors = [];
    private long _number;
    private int _broken;
    private long _sinceNs = -1;
    private long _endNs;
    private LedStep? _step;
    private readonly HashSet<string> _refused = [];
    private string _brokenBy = "";

    /// <summary>It wants no further step, or can have none.</summary>
    public bool IsOver { get; private set; }

    public SaturationResult Result => search.Result;

    /// <summary>It has come to its own end.</summary>
    public bool IsFound => search.NextPerSecond is null;

    /// <summary>The highest rate that was told.</summary>
    public double MostPerSecond { get; private set; }

    public string Doing => _step is null ? ""
        : $"step {search.Result.Steps.Count + 1} at {Units.Rate(search.NextPerSecond ?? 0)}";

    /// <summary>Things to tell a person, in the order in which they became true.</summary>
    public Queue<string> Notes { get; } = new();

    /// <summary>Lets time pass.</summary>
    /// <param name="parts">All parts of the plan.</param>
    /// <returns>A step to be told now; null: none.</returns>
    public LedStep? Turn(ClusterTime now, IReadOnlyList<LedPart> parts)
    {
        if (_sinceNs < 0)
        {
            _sinceNs = now.Ns;
            TakeUp(parts);
        }

        if (_step is { } step && !IsOver)
        {
            Conclude(step, now, parts);
        }

        return _step is null && !IsOver ? Next(now, parts) : null;
    }

    /// <summary>A part does not carry a step out that it was told.</summary>
    public void TakeRefusal(long number, string generator, string why)
    {
        if (_step?.Number == number && _refused.Add(generator) && _brokenBy.Length == 0)
        {
            _brokenBy = $"{generator} does not carry it out: {why}";
        }
    }

    /// <summary>Steps that were told before this one led: those whose parts made up the rate that was asked for.
    /// </summary>
    private void TakeUp(IReadOnlyList<LedPart> parts)
    {
        foreach (long number in parts.SelectMany(static part => part.Steps).Select(static step => step.Number)
            .Distinct().Order())
        {
            _number = number;
            LedPart[] had = [.. parts.Where(part => part.Find(number) is not null)];
            double told = had.Sum(part => part.Find(number)!.RatePerSecond) / times.Parts;
            MostPerSecond = Math.Max(MostPerSecond, told * times.Parts / had.Length);
            if (search.NextPerSecond is { } asked && Math.Abs(told - asked) <= asked * SameRatio)
            {
                Add(number, asked, had);
            }
        }
    }

    private LedStep? Next(ClusterTime now, IReadOnlyList<LedPart> parts)
    {
        LedPart[] there = [.. parts.Where(static part => part.IsThere)];
        bool isGathering = _number == 0 && now.Ns - _sinceNs < GatherMaxNs;
        if (search.NextPerSecond is not { } asked)
        {
            IsOver = true;
            return null;
        }

        if (there.Length == 0 || (isGathering && there.Length < parts.Count))
        {
            IsOver = !isGathering && now.Ns - _sinceNs >= GatherMaxNs && there.Length == 0;
            return null;
        }

        double toldPerSecond = asked * times.Parts / there.Length;
        if (toldPerSecond > RateProfile.PerSecondMax)
        {
            Notes.Enqueue($"no step at {Units.Rate(asked)}: it is more than can be told");
            IsOver = true;
            return null;
        }

        long leadNs = Math.Max(LeadNs, times.CooldownNs);
        _endNs = now.Ns + leadNs + times.StepNs;
        _brokenBy = "";
        _refused.Clear();
        MostPerSecond = Math.Max(MostPerSecond, toldPerSecond);
        _step = new LedStep(
            ++_number, toldPerSecond, now.Utc.AddTicks(leadNs / 100), [.. there.Select(static part => part.Index)]);
        return _step;
    }

    /// <summary>The step is over once the figures of all are here whom it was told and who are still there.</summary>
    private void Conclude(LedStep step, ClusterTime now, IReadOnlyList<LedPart> parts)
    {
        LedPart[] told = [.. parts.Where(part => step.Parts.Contains(part.Index))];
        LedPart[] missing = [.. told.Where(part => part.Find(step.Number) is null)];
        if (missing.Length == 0 && _brokenBy.Length == 0)
        {
            _step = null;
            _broken = 0;
            Add(step.Number, search.NextPerSecond!.Value, told);
            return;
        }

        if (_brokenBy.Length == 0 && missing.FirstOrDefault(static part => !part.IsThere) is { } lost)
        {
            _brokenBy = $"{lost.Generator} was lost in it";
        }

        bool isAwaited = missing.Any(part => part.IsThere && !_refused.Contains(part.Generator));
        bool isDone = _brokenBy.Length > 0 && now.Ns >= _endNs && !isAwaited;
        bool isPast = now.Ns >= _endNs + times.TimeoutNs + FiguresMaxNs;
        if (!isDone && !isPast)
        {
            return; // what is under way is load on the path: the next step waits for its end
        }

        string why = _brokenBy.Length > 0 ? _brokenBy
            : $"no figures of it came from {string.Join(", ", missing.Select(static part => part.Generator))}";
        _step = null;
        IsOver = ++_broken >= BrokenMax;
        Notes.Enqueue($"{Units.Rate(search.NextPerSecond ?? 0)} is no step, {why}; "
            + (IsOver ? $"the search ends after {BrokenMax} such steps in turn" : "it is run again with those there"));
    }

    private void Add(long number, double ratePerSecond, IReadOnlyList<LedPart> parts)
    {
        StepPart[] figures = [.. parts.Select(part => new StepPart(
            part.Generator, part.Network, part.Find(number)!.Figures))];
        search.Add(StepMerge.Sum(ratePerSecond, figures, _errors));
        foreach (string error in _errors)
        {
            Notes.Enqueue(error);
        }

        _errors.Clear();
    }
}
