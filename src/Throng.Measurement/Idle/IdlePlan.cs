namespace Throng.Measurement;

/// <summary>Bounds of a search for how long a silent connection is remembered.</summary>
public sealed record IdlePlan
{
    public const int LanesMin = 2;

    /// <summary>No denser than so many lanes in <see cref="WithinNs"/>.</summary>
    private const int LanesWithin = 16;

    /// <summary>The shortest silence tried.</summary>
    public long FromNs { get; init; } = 10 * Ns.Second;

    /// <summary>The longest.</summary>
    public long ToNs { get; init; } = 7200 * Ns.Second;

    /// <summary>How far apart what is remembered and what is forgotten may be in the end.</summary>
    public long WithinNs { get; init; } = Ns.Second;

    /// <summary>Connections side by side.</summary>
    public int Lanes { get; init; } = 40;

    /// <summary>Lanes that try each end of what was found again.</summary>
    public int Confirmations { get; init; } = 3;

    /// <summary>Every value tried is a multiple of this.</summary>
    public long StepNs { get; init; } = Ns.Millisecond;

    /// <summary>Null, or what is wrong with the plan.</summary>
    public string? Error => this switch
    {
        { FromNs: <= 0 } => "the shortest silence is not above 0",
        _ when FromNs >= ToNs => "the longest silence is not above the shortest",
        { Lanes: < LanesMin } => "a search needs two lanes at least",
        { WithinNs: <= 0 } => "the precision is not above 0",
        { Confirmations: < 1 } => "nothing is tried again",
        _ => null,
    };

    /// <summary>Rounds that it takes at most, the last of which confirms, where every lane tells of its silence alone.
    /// </summary>
    public int RoundsMax
    {
        get
        {
            IReadOnlyList<long> first = Spread(FromNs, ToNs, Lanes);
            long widestNs = 0;
            for (int i = 1; i < first.Count; i++)
            {
                widestNs = Math.Max(widestNs, first[i] - first[i - 1]);
            }

            // Half of what is asked for leaves room for outcomes that are not quite of one mind.
            int rounds = 1;
            while (widestNs > Math.Max(WithinNs / 2, StepNs) && rounds < 100)
            {
                int lanes = Between(0, widestNs, Lanes).Count;
                widestNs = (widestNs / (lanes + 1)) + StepNs;
                rounds++;
            }

            return rounds + 1;
        }
    }

    /// <summary>Returns so many values from one to another, both included, each the same factor above the last.
    /// </summary>
    internal IReadOnlyList<long> Spread(long fromNs, long toNs, int lanes)
    {
        SortedSet<long> values = [toNs];
        for (int i = 0; i < lanes - 1; i++)
        {
            double exact = fromNs * Math.Pow((double)toNs / fromNs, (double)i / (lanes - 1));
            values.Add(i == 0 ? fromNs : Math.Clamp(Rounded(exact), fromNs, toNs));
        }

        return [.. values];
    }

    /// <summary>At most so many values between two others, evenly; none where nothing fits between.</summary>
    internal IReadOnlyList<long> Between(long goodNs, long badNs, int lanes)
    {
        long densest = Math.Max(StepNs, WithinNs / LanesWithin);
        long count = Math.Clamp(((badNs - goodNs) / densest) - 1, 1, lanes);
        SortedSet<long> values = [];
        for (long i = 1; i <= count; i++)
        {
            long value = Rounded(goodNs + ((badNs - goodNs) * ((double)i / (count + 1))));
            if (value > goodNs && value < badNs)
            {
                values.Add(value);
            }
        }

        return [.. values];
    }

    private long Rounded(double ns) => (long)Math.Round(ns / StepNs) * StepNs;
}
