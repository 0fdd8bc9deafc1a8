using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Ways in which a modelled path deals with those beyond its room.</summary>
internal enum Beyond
{
    Drop,
    Refuse,
    Unserved,
    CloseAtOnce,
    EvictOldest,
    EvictIdlest,
    EvictRandom,
    ForgetOldest,
    NoPort,
    EndByTime,
}

/// <summary>
/// A path with room for so many, and the workers before it: carries out the orders of a search in virtual time, and
/// counts as they do.
/// </summary>
internal sealed class PathModel(Beyond beyond, int room, ulong seed)
{
    private const long StepNs = 50 * Ns.Millisecond;
    private const long TimeoutNs = 3 * Ns.Second;
    private const long LifeNs = 5 * Ns.Second;

    private readonly List<Held> _held = [];
    private readonly List<(long AtNs, bool IsUnserved)> _failing = [];
    private readonly List<(long AtNs, Held One)> _silent = [];
    private readonly List<ConnectionFate> _fates = [];
    private readonly long[] _failed = new long[CloseReasons.Count];
    private Prng _random = new(seed);
    private CapacityCounts _counts = new();
    private CapacityOrder _order = new(0, CapacityOrderKind.None);
    private double _due;
    private double _checksDue;
    private long _attemptsLeft;
    private int _done;
    private long _nowNs = 1;

    /// <summary>Runs a search to its end; throws where it does not come to one within an hour.</summary>
    public CapacityResult Run(CapacityPlan plan, double checksPerSecond = 100)
    {
        CapacitySearch search = new(plan);
        while (!search.IsOver)
        {
            Assert.True(_nowNs < 3600 * Ns.Second, "a search comes to its end");
            if (search.Next(new CapacityLook(_nowNs, Counts(), _done), TakeFates) is { } order)
            {
                Follow(order);
            }

            _nowNs += StepNs;
            Step(checksPerSecond);
            CheckSums();
        }

        return search.Result;
    }

    /// <summary>The sums that hold at any time.</summary>
    private void CheckSums()
    {
        CapacityCounts all = Counts();
        Assert.Equal(all.Attempts, all.Connecting + all.Failed.Total + all.Opened);
        Assert.Equal(
            all.Opened,
            all.Awaiting + all.Served + all.Unserved + all.Away + all.Wrong + all.Other + all.Withdrawn);
        Assert.Equal(_held.Count, all.Held);
    }

    private CapacityCounts Counts() => _counts with { Failed = ReasonCounts.Of(_failed), Checking = _silent.Count };

    private List<ConnectionFate> TakeFates()
    {
        List<ConnectionFate> taken = [.. _fates];
        _fates.Clear();
        return taken;
    }

    private void Follow(CapacityOrder order)
    {
        _order = order;
        _due = 0;
        _checksDue = 0;
        _attemptsLeft = order.AttemptsMax;
        if (order.Kind == CapacityOrderKind.Survey)
        {
            foreach (Held one in _held.Where(_ => _random.NextDouble() < order.Ratio).ToArray())
            {
                Check(one, isSurvey: true);
            }
        }

        while (order.Kind == CapacityOrderKind.Lower && _held.Count > order.Connections)
        {
            _held.RemoveAt(_held.Count - 1);
            _counts = _counts with { Closed = _counts.Closed + 1 };
        }

        _done = order.Kind == CapacityOrderKind.Fill ? _done : order.Number;
    }

    private void Step(double checksPerSecond)
    {
        foreach ((long _, bool isUnserved) in _failing.Where(one => one.AtNs <= _nowNs))
        {
            _failed[(int)CloseReason.ConnectTimeout] += isUnserved ? 0 : 1;
            _counts = _counts with
            {
                Unserved = _counts.Unserved + (isUnserved ? 1 : 0),
                Awaiting = _counts.Awaiting - (isUnserved ? 1 : 0),
            };
        }

        _failing.RemoveAll(one => one.AtNs <= _nowNs);
        foreach ((long _, Held one) in _silent.Where(one => one.AtNs <= _nowNs && _held.Remove(one.One)))
        {
            _fates.Add(new ConnectionFate(one.OpenedNs, one.UsedNs, IsGone: true));
            _counts = _counts with { EvictedSilent = _counts.EvictedSilent + 1 };
        }

        _silent.RemoveAll(one => one.AtNs <= _nowNs);
        _counts = _counts with { Overdue = _silent.Count(one => one.AtNs <= _nowNs + (4 * Ns.Second)) };
        while (beyond == Beyond.EndByTime && _held.Find(one => one.OpenedNs + LifeNs < _nowNs) is { } old)
        {
            Evict(old);
        }

        if (_order.Kind != CapacityOrderKind.Fill)
        {
            return;
        }

        for (_due += _order.RatePerSecond * StepNs / Ns.Second; _due >= 1 && _attemptsLeft > 0; _due--)
        {
            if (_held.Count + _failing.Count >= _order.Connections)
            {
                _done = _order.Number;
                break;
            }

            if (_failing.Count >= _order.RatePerSecond + 16)
            {
                break;
            }

            _attemptsLeft--;
            Open();
        }

        _done = _attemptsLeft == 0 ? _order.Number : _done;
        for (_checksDue += checksPerSecond * StepNs / Ns.Second; _checksDue >= 1 && _held.Count > 0; _checksDue--)
        {
            Check(_held[(int)_random.NextInRange(0, _held.Count - 1)], isSurvey: false);
        }
    }

    private void Open()
    {
        _counts = _counts with { Attempts = _counts.Attempts + 1 };
        bool isFull = _held.Count(one => !one.IsForgotten) >= room;
        switch (beyond)
        {
            case Beyond.Drop when isFull:
                _failing.Add((_nowNs + TimeoutNs, false));
                return;
            case Beyond.Unserved when isFull:
                _failing.Add((_nowNs + TimeoutNs, true));
                _counts = _counts with { Opened = _counts.Opened + 1, Awaiting = _counts.Awaiting + 1 };
                return;
            case Beyond.Refuse when isFull:
                _failed[(int)CloseReason.Refused]++;
                return;
            case Beyond.NoPort when isFull:
                _failed[(int)CloseReason.NoPort]++;
                return;
            case Beyond.CloseAtOnce when isFull:
                _counts = _counts with { Opened = _counts.Opened + 1, AwayFin = _counts.AwayFin + 1 };
                return;
            case Beyond.EvictOldest when isFull:
                Evict(_held.MinBy(one => one.OpenedNs)!);
                break;
            case Beyond.EvictIdlest when isFull:
                Evict(_held.MinBy(one => one.UsedNs)!);
                break;
            case Beyond.EvictRandom when isFull:
                Evict(_held[(int)_random.NextInRange(0, _held.Count - 1)]);
                break;
            case Beyond.ForgetOldest when isFull:
                _held.Where(one => !one.IsForgotten).MinBy(one => one.OpenedNs)!.IsForgotten = true;
                break;
        }

        _held.Add(new Held { OpenedNs = _nowNs, UsedNs = _nowNs });
        _counts = _counts with { Opened = _counts.Opened + 1, Served = _counts.Served + 1 };
    }

    private void Evict(Held one)
    {
        _held.Remove(one);
        _silent.RemoveAll(silent => silent.One == one);
        _fates.Add(new ConnectionFate(one.OpenedNs, one.UsedNs, IsGone: true));
        _counts = _counts with { EvictedRst = _counts.EvictedRst + 1 };
    }

    private void Check(Held one, bool isSurvey)
    {
        if (_silent.Exists(silent => silent.One == one))
        {
            return;
        }

        _counts = _counts with
        {
            Checks = _counts.Checks + 1, Surveyed = _counts.Surveyed + (isSurvey ? 1 : 0),
            ChecksAnswered = _counts.ChecksAnswered + (one.IsForgotten ? 0 : 1),
            SurveyAnswered = _counts.SurveyAnswered + (isSurvey && !one.IsForgotten ? 1 : 0),
        };
        if (one.IsForgotten)
        {
            _silent.Add((_nowNs + (5 * Ns.Second), one));
            return;
        }

        if (isSurvey)
        {
            _fates.Add(new ConnectionFate(one.OpenedNs, one.UsedNs, IsGone: false));
        }

        one.UsedNs = _nowNs;
    }

    private sealed class Held
    {
        public long OpenedNs { get; init; }

        public long UsedNs { get; set; }

        public bool IsForgotten { get; set; }
    }
}
