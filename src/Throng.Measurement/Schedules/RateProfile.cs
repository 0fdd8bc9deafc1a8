using System.Globalization;
using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// The rate that is offered over time, as stretches of constant or evenly changing rate, and its two readings: how
/// many arrivals have fallen due by a time, and when a given one falls due. Both are absolute: nothing is ever
/// re-armed relative to when something happened. Immutable; times are ns since the schedule's start.
/// </summary>
public sealed class RateProfile
{
    /// <summary>
    /// The highest rate per second that a schedule is kept of. It is many times what sockets carry, and what is never
    /// begun has to be counted all the same: Poisson arrivals one by one, some 30 ns each.
    /// </summary>
    public const double PerSecondMax = 10_000_000;

    private readonly RateSegment[] _segments;
    private readonly long[] _startsNs;
    private readonly double[] _counts;

    /// <summary>ns between two arrivals where the rate is constant; 0 elsewhere.</summary>
    private readonly double[] _gapsNs;

    public RateProfile(IReadOnlyList<RateSegment> segments)
    {
        ArgumentOutOfRangeException.ThrowIfZero(segments.Count);
        _segments = [.. segments];
        _startsNs = new long[segments.Count + 1];
        _counts = new double[segments.Count + 1];
        _gapsNs = [.. segments.Select(
            one => one.FromPerSecond == one.ToPerSecond && one.FromPerSecond > 0 ? 1e9 / one.FromPerSecond : 0)];
        for (int i = 0; i < _segments.Length; i++)
        {
            RateSegment segment = _segments[i];
            bool isLast = i == _segments.Length - 1;
            ArgumentOutOfRangeException.ThrowIfEqual(segment.IsEndless && !isLast, true, nameof(segments));
            _startsNs[i + 1] = segment.IsEndless ? RateSegment.Endless : _startsNs[i] + segment.DurationNs;
            _counts[i + 1] = segment.IsEndless
                ? segment.FromPerSecond > 0 ? double.PositiveInfinity : _counts[i]
                : _counts[i] + segment.CountWithin(segment.DurationNs);
        }
    }

    public IReadOnlyList<RateSegment> Segments => _segments;

    /// <summary>Its length; <see cref="RateSegment.Endless"/> when it has no end.</summary>
    public long DurationNs => _startsNs[^1];

    public bool IsEndless => DurationNs == RateSegment.Endless;

    /// <summary>All arrivals it brings, as an amount: infinite when it never ends.</summary>
    public double Count => _counts[^1];

    /// <summary>The highest rate it has.</summary>
    public double RateMax => _segments.Max(segment => Math.Max(segment.FromPerSecond, segment.ToPerSecond));

    /// <summary>Whether a schedule can be kept of such a rate; else <paramref name="error"/> says why not.</summary>
    public static bool IsKept(double perSecond, out string error)
    {
        error = perSecond <= PerSecondMax ? ""
            : $"{Units.Rate(perSecond)} is more than a schedule is kept of, {Units.Rate(PerSecondMax)}";
        return error.Length == 0;
    }

    /// <summary>Reads a rate that a schedule can be kept of.</summary>
    public static bool TryParseRate(string text, out double perSecond, out string error) =>
        Units.TryParseRate(text, out perSecond, out error) && IsKept(perSecond, out error);

    public static RateProfile Constant(double ratePerSecond) => new([RateSegment.Forever(ratePerSecond)]);

    /// <summary>
    /// A profile of stretches that somebody wrote: each longer than 0, all together at most 292 years, and every rate a
    /// number that a schedule can be kept of. The error is a reason without what was read.
    /// </summary>
    public static bool TryMake(IReadOnlyList<RateSegment> segments, out RateProfile profile, out string error)
    {
        profile = Constant(0);
        error = "";
        Int128 totalNs = 0;
        foreach (RateSegment segment in segments)
        {
            totalNs += segment.DurationNs;
            error = segment.DurationNs <= 0 ? "a stretch lasts longer than 0"
                : totalNs >= RateSegment.Endless ? "all stretches together are longer than 292 years"
                : !(segment.FromPerSecond >= 0 && segment.ToPerSecond >= 0) ? "a rate is 0 or more"
                : IsKept(Math.Max(segment.FromPerSecond, segment.ToPerSecond), out string tooMuch) ? ""
                : tooMuch;
            if (error.Length > 0)
            {
                return false;
            }
        }

        profile = new RateProfile(segments);
        return true;
    }

    /// <summary>The rate at a time; after the end 0.</summary>
    public double RateAt(long ns)
    {
        int at = SegmentAt(ns);
        if (at == _segments.Length)
        {
            return 0;
        }

        RateSegment segment = _segments[at];
        double part = segment.IsEndless ? 0 : (ns - _startsNs[at]) / (double)segment.DurationNs;
        return segment.FromPerSecond + ((segment.ToPerSecond - segment.FromPerSecond) * part);
    }

    /// <summary>
    /// When the pause begins that follows a stretch, or the schedule ends with it; long.MaxValue when arrivals go on
    /// behind it.
    /// </summary>
    /// <param name="segment">Its place in the profile.</param>
    public long PauseNs(int segment)
    {
        bool isLast = segment + 1 >= _segments.Length;
        return isLast || _segments[segment + 1] is { FromPerSecond: 0, ToPerSecond: 0 }
            ? _startsNs[segment + 1]
            : long.MaxValue;
    }

    /// <summary>Arrivals due before a time, as an amount with a fraction.</summary>
    public double CountAt(long ns)
    {
        int at = SegmentAt(ns);
        return at == _segments.Length ? Count : _counts[at] + _segments[at].CountWithin(ns - _startsNs[at]);
    }

    /// <summary>Slots of constant arrivals that are due before a time.</summary>
    /// <param name="hint">As in <see cref="TimeOf"/>.</param>
    public long SlotsBefore(long ns, ref int hint)
    {
        // From the real number to the slots themselves, whose times are rounded: a slot more or less.
        long count = (long)CountAt(ns);
        while (TimeOf(count, ref hint) < ns)
        {
            count++;
        }

        while (count > 0 && TimeOf(count - 1, ref hint) >= ns)
        {
            count--;
        }

        return count;
    }

    /// <summary>When a stretch ends; <see cref="RateSegment.Endless"/> when it does not.</summary>
    /// <param name="segment">Its place in the profile.</param>
    public long EndNs(int segment) => _startsNs[segment + 1];

    /// <summary>
    /// When the amount of arrivals reaches <paramref name="count"/>; long.MaxValue when it never does.
    /// </summary>
    /// <param name="hint">Where the last question ended; a caller that asks in order keeps it and never searches.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long TimeOf(double count, ref int hint)
    {
        int at = hint;
        if ((uint)at < (uint)_gapsNs.Length && _gapsNs[at] > 0 && count >= _counts[at] && count < _counts[at + 1])
        {
            // Rounded, the last one of a stretch could fall on its end.
            long ns = _startsNs[at] + (long)((count - _counts[at]) * _gapsNs[at]);
            return Math.Min(ns, _startsNs[at + 1] - 1);
        }

        return Search(count, ref hint);
    }

    /// <summary>The same up to <paramref name="ns"/>, from there on one rate until the same end.</summary>
    public RateProfile WithRateFrom(long ns, double ratePerSecond)
    {
        long restNs = IsEndless ? RateSegment.Endless : DurationNs - ns;
        if (restNs <= 0)
        {
            return new RateProfile(Until(ns));
        }

        List<RateSegment> changed = ns > 0 ? Until(ns) : [];
        changed.Add(new RateSegment(restNs, ratePerSecond, ratePerSecond));
        return new RateProfile(changed);
    }

    /// <summary>The same, ended at <paramref name="ns"/> at the latest.</summary>
    public RateProfile EndedAt(long ns) => ns < DurationNs ? new RateProfile(Until(ns)) : this;

    /// <summary>As it is written: <c>10s@1k,30s@1k..50k</c>.</summary>
    public override string ToString() => string.Join(',', _segments.Select(segment =>
    {
        string from = Plain(segment.FromPerSecond);
        string rates = segment.FromPerSecond == segment.ToPerSecond ? from : $"{from}..{Plain(segment.ToPerSecond)}";
        return segment.IsEndless ? rates : $"{Plain(segment.DurationNs / 1e6)}ms@{rates}";
    }));

    /// <summary>Reads <c>DURATION@RATE[..RATE]</c>, several with commas between them.</summary>
    public static bool TryParse(string text, out RateProfile profile, out string error)
    {
        profile = Constant(0);
        error = "";
        List<RateSegment> segments = [];
        foreach (string part in text.Split(','))
        {
            if (!TryParseSegment(part.Trim(), out RateSegment segment, out error))
            {
                return false;
            }

            segments.Add(segment);
        }

        if (!TryMake(segments, out profile, out string why))
        {
            error = $"'{Units.Quote(text)}': {why}";
        }

        return error.Length == 0;
    }

    private static bool TryParseSegment(string text, out RateSegment segment, out string error)
    {
        segment = default;
        int at = text.IndexOf('@');
        if (at < 0)
        {
            error = $"'{Units.Quote(text)}' is no DURATION@RATE, such as 10s@1k or 30s@1k..50k";
            return false;
        }

        string rates = text[(at + 1)..];
        int dots = rates.IndexOf("..", StringComparison.Ordinal);
        string first = dots < 0 ? rates : rates[..dots];
        string last = dots < 0 ? rates : rates[(dots + 2)..];
        if (!Units.TryParseDuration(text[..at], out long durationNs, out error)
            || !TryParseRate(first, out double from, out error)
            || !TryParseRate(last, out double to, out error))
        {
            return false;
        }

        segment = new RateSegment(durationNs, from, to);
        return true;
    }

    private long Search(double count, ref int hint)
    {
        if (!(count < Count))
        {
            return long.MaxValue;
        }

        hint = hint < _segments.Length && _counts[hint] <= count ? hint : 0;
        while (_counts[hint + 1] <= count)
        {
            hint++;
        }

        // Rounded as above, so that a slot has one time whoever asks for it.
        double within = count - _counts[hint];
        double ns = _gapsNs[hint] > 0 ? within * _gapsNs[hint] : _segments[hint].NsUntil(within);
        long lastNs = _startsNs[hint + 1] - 1;
        return ns < lastNs - _startsNs[hint] ? _startsNs[hint] + (long)ns : lastNs;
    }

    private List<RateSegment> Until(long ns)
    {
        List<RateSegment> kept = [];
        for (int i = 0; i < _segments.Length && _startsNs[i] < ns; i++)
        {
            RateSegment segment = _segments[i];
            kept.Add(_startsNs[i + 1] <= ns ? segment : segment with
            {
                DurationNs = ns - _startsNs[i],
                ToPerSecond = RateAt(ns),
            });
        }

        if (kept.Count == 0)
        {
            kept.Add(new RateSegment(0, 0, 0));
        }

        return kept;
    }

    private int SegmentAt(long ns)
    {
        int at = 0;
        while (at < _segments.Length && _startsNs[at + 1] <= ns)
        {
            at++;
        }

        return at;
    }

    private static string Plain(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
