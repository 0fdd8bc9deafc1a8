using Throng.Cluster;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>A search whose steps parts carry out that come late, refuse, are lost and come back.</summary>
public sealed class SearchLeadTests
{
    private const long SecondNs = Ns.Second;
    private const long TurnNs = SecondNs / 10;
    private const double Seconds = 10;

    private static readonly SearchTimes Times = new(10 * SecondNs, SecondNs, 30 * SecondNs, 1);

    [Fact]
    public void Whatever_goes_wrong_each_step_that_counts_is_whole_and_the_limit_is_found()
    {
        int found = 0;
        int broken = 0;
        int seeds = Suite.Rounds(few: 100, all: 2000);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            World world = new(seed);
            world.Run();
            broken += world.Broken;
            foreach (SearchStep step in world.Lead.Result.Steps)
            {
                double off = Math.Abs(step.Figures.Due - (step.RatePerSecond * Seconds));
                Assert.True(off <= world.Count, $"seed {seed}: {step.Figures.Due} due at {step.RatePerSecond}/s");
                Assert.Equal(
                    step.Figures.Due, step.Figures.Generators.Sum(static one => one.Value.Due));
            }

            if (world.Lead.IsFound)
            {
                found++;
                double good = world.Lead.Result.LastGoodPerSecond ?? 0;
                Assert.True(
                    good >= world.Limit * 0.9 && good <= world.Limit * 1.002,
                    $"seed {seed}: {good}/s of {world.Limit}/s");
            }
        }

        Assert.True(found > seeds * 8 / 10 && broken > seeds / 10, $"{found} of {seeds} found, {broken} steps broken");
    }

    [Fact]
    public void A_step_in_which_a_part_is_lost_is_run_again_by_the_others_at_the_same_rate()
    {
        World world = new(1, parts: 3, isCalm: true);
        world.Until(() => world.Lead.Result.Steps.Count == 2);
        world.Until(() => world.Lead.Doing.Length > 0);
        double ratePerSecond = world.Asked;
        world.Lose(2);
        world.Until(() => world.Lead.Result.Steps.Count == 3);
        Assert.Equal(
            $"{Units.Rate(ratePerSecond)} is no step, gen-2 was lost in it; it is run again with those there",
            world.Notes.Single());
        SearchStep step = world.Lead.Result.Steps[^1];
        Assert.Equal(ratePerSecond, step.RatePerSecond);
        Assert.Equal(["gen-1", "gen-3"], step.Figures.Generators.Select(static one => one.Key));
        Assert.Equal(step.RatePerSecond * Seconds, step.Figures.Due, 2.0);
    }

    [Fact]
    public void A_search_without_parts_ends_before_it_is_found()
    {
        World world = new(1, parts: 2, isCalm: true);
        world.Until(() => world.Lead.Result.Steps.Count == 1);
        world.Lose(1);
        world.Lose(2);
        world.Until(() => world.Lead.IsOver);
        Assert.False(world.Lead.IsFound);
        Assert.Equal(SearchEnding.None, world.Lead.Result.Ending);
    }

    [Fact]
    public void Another_leader_goes_on_with_the_steps_that_the_parts_have()
    {
        World world = new(3, parts: 3, isCalm: true);
        world.Until(() => world.Lead.Result.Steps.Count == 5);
        SaturationResult before = world.Lead.Result;
        world.Succeed();
        world.Until(() => world.Lead.Result.Steps.Count > 5);
        Assert.Equal(
            before.Steps.Select(static step => (step.RatePerSecond, step.Figures.Ok, step.Text)),
            world.Lead.Result.Steps.Take(5).Select(static step => (step.RatePerSecond, step.Figures.Ok, step.Text)));
        world.Run();
        Assert.True(world.Lead.IsFound);
    }

    [Fact]
    public void The_kernels_counters_of_one_namespace_count_once_and_a_limit_names_its_generator()
    {
        StepFigures late = SearchRuns.Good(100) with
        {
            Due = 500, Ok = 400, NotSent = 100, SynRetransmits = 7, LagP99Ns = 9_000_000, BusyMax = 0.99,
        };
        StepFigures calm = SearchRuns.Good(100) with { Due = 500, Ok = 500, SynRetransmits = 8 };
        List<string> errors = [];
        StepFigures Sum(string a, string b) =>
            StepMerge.Sum(100, [new("gen-a", a, late), new("gen-b", b, calm)], errors);
        Assert.Equal(8, Sum("same", "same").SynRetransmits);
        Assert.Equal(15, Sum("one", "other").SynRetransmits);
        Assert.Equal(15, Sum("", "").SynRetransmits);
        StepFigures whole = Sum("", "");
        Assert.Equal((1000, 900, 100), (whole.Due, whole.Ok, whole.NotSent));
        whole = whole with { SynRetransmits = 0 };
        SaturationRule rule = new();
        SaturationCause cause = SaturationCause.Of(rule.Judge(whole, calm), whole, null, calm);
        Assert.Equal("generator-cpu", cause.Name);
        Assert.StartsWith("the busiest worker of gen-a was busy 99 %", cause.Evidence, StringComparison.Ordinal);
        Assert.Empty(errors);
    }

    /// <summary>Parts that share a path which lets so many connections a second through.</summary>
    private sealed class World
    {
        private readonly bool _isCalm;
        private readonly List<SearchStep>[] _steps;
        private readonly bool[] _isThere;
        private readonly List<(long AtNs, int Part, SearchStep Step)> _coming = [];
        private readonly SearchPlan _plan = new() { StartPerSecond = 20, RateMaxPerSecond = 100_000 };
        private Prng _random;
        private long _nowNs;

        public World(ulong seed, int parts = 0, bool isCalm = false)
        {
            _random = new Prng(seed);
            _isCalm = isCalm;
            Count = parts > 0 ? parts : (int)_random.NextInRange(1, 5);
            Limit = _random.NextInRange(100, 5000);
            _steps = [.. Enumerable.Range(0, Count).Select(static _ => new List<SearchStep>())];
            _isThere = [.. Enumerable.Repeat(true, Count)];
            Lead = NewLead();
        }

        public int Count { get; }

        public double Limit { get; }

        public SearchLead Lead { get; private set; }

        public int Broken { get; private set; }

        /// <summary>The rate that the parts were told last, as the rate of all that have the step.</summary>
        public double Asked { get; private set; }

        public List<string> Notes { get; } = [];

        public void Lose(int part)
        {
            _isThere[part - 1] = false;
            _coming.RemoveAll(one => one.Part == part - 1);
        }

        /// <summary>The leader dies, and another one takes over.</summary>
        public void Succeed() => Lead = NewLead();

        public void Run() => Until(() => Lead.IsOver);

        public void Until(Func<bool> isSo)
        {
            for (int turn = 0; turn < 500_000 && !isSo() && !Lead.IsOver; turn++)
            {
                Turn();
            }

            Assert.True(isSo() || Lead.IsOver, "no end");
        }

        private SearchLead NewLead() =>
            new(new SaturationSearch(new SaturationRule(), _plan), Times with { Parts = Count });

        private void Turn()
        {
            _nowNs += TurnNs;
            if (!_isCalm)
            {
                Trouble();
            }

            foreach ((_, int part, SearchStep step) in _coming.Where(one => one.AtNs <= _nowNs))
            {
                _steps[part].Add(step);
            }

            _coming.RemoveAll(one => one.AtNs <= _nowNs);
            ClusterTime now = new(_nowNs, DateTimeOffset.UnixEpoch.AddTicks(_nowNs / 100));
            LedPart[] parts = [.. Enumerable.Range(0, Count).Select(at => new LedPart(
                at, $"gen-{at + 1}", "", _isThere[at], [.. _steps[at]]))];
            if (Lead.Turn(now, parts) is { } told)
            {
                Offer(told);
            }

            while (Lead.Notes.TryDequeue(out string? note))
            {
                Notes.Add(note);
                Broken += note.Contains("is no step", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        /// <summary>One of several is lost, or is back; never the last.</summary>
        private void Trouble()
        {
            int part = (int)_random.NextInRange(0, Count - 1);
            if (_random.NextDouble() < 0.002)
            {
                if (!_isThere[part])
                {
                    _isThere[part] = true;
                }
                else if (_isThere.Count(static one => one) > 1)
                {
                    _isThere[part] = false;
                    if (_random.NextDouble() < 0.5)
                    {
                        _coming.RemoveAll(one => one.Part == part); // it has died, and not only its link
                    }
                }
            }
        }

        private void Offer(LedStep told)
        {
            Asked = told.RatePerSecond * told.Parts.Count / Count;
            List<int> carry = [];
            foreach (int part in told.Parts)
            {
                bool isRefused = !_isCalm && _random.NextDouble() < 0.01;
                if (isRefused)
                {
                    Lead.TakeRefusal(told.Number, $"gen-{part + 1}", "told too late");
                }
                else if (_isCalm || _random.NextDouble() > 0.005)
                {
                    carry.Add(part);
                }
            }

            double whole = told.RatePerSecond * carry.Count / Count;
            StepFigures path = SearchRuns.HardLimit(whole, Limit);
            foreach (int part in carry)
            {
                int at = carry.IndexOf(part);
                long Share(long all) => (all / carry.Count) + (at < all % carry.Count ? 1 : 0);
                long failed = Share(path.TimedOut);
                StepFigures own = path with
                {
                    RatePerSecond = told.RatePerSecond, Due = Share(path.Due), Ok = Share(path.Due) - failed,
                    TimedOut = failed, SynRetransmits = failed,
                };
                SearchStep step = new(told.RatePerSecond, SearchPhase.Growth, own, StepVerdict.Told("not judged here"))
                {
                    Number = told.Number,
                };
                long endNs = SearchLead.LeadNs + Times.StepNs + _random.NextInRange(0, 3 * SecondNs);
                _coming.Add((_nowNs + endNs, part, step));
            }
        }
    }
}
