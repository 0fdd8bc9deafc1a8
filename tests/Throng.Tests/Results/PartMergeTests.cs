using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Parts of a bench and of a led search as one: what one generator had measured that had done all of it.
/// </summary>
public sealed class PartMergeTests
{
    private const int Rounds = 6;

    [Fact]
    public void A_round_of_all_parts_is_the_one_that_had_measured_everything()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 10, all: 100); seed++)
        {
            Prng random = new(seed);
            int parts = (int)random.NextInRange(2, 4);
            BenchSums whole = new("a", 100);
            List<RoundFigures>[] own = [.. Enumerable.Range(0, parts).Select(static _ => new List<RoundFigures>())];
            for (int number = 2; number < 2 + Rounds; number++)
            {
                Histogram all = new();
                long tookNs = 0;
                RoundFigures[] round = new RoundFigures[parts];
                for (int part = 0; part < parts; part++)
                {
                    Histogram one = new();
                    for (long count = random.NextInRange(0, 50); count > 0; count--)
                    {
                        one.Record(random.NextInRange(1_000, 900_000_000));
                    }

                    all.Add(one);
                    long ownNs = random.NextInRange(1, 1_000_000_000);
                    tookNs = Math.Max(tookNs, ownNs);
                    round[part] = new RoundFigures
                    {
                        Number = number, Server = "a", Concurrency = 100, Exchanges = one.Count, Counted = one.Count,
                        TookNs = ownNs, Latency = LatencySummary.From(one), Lag = LatencySummary.From(one),
                        Errors = new ReasonCounts { { "reset", part } }, ClientUserNs = 3,
                    };
                    own[part].Add(round[part]);
                }

                RoundFigures sum = RoundFigures.Sum(round);
                Assert.Equal((all.Count, tookNs), (sum.Exchanges, sum.TookNs));
                whole.Add(sum, all, all);
            }

            BenchStep expected = whole.ToStep();
            BenchResult merged = Bench(own);
            BenchStep step = Assert.Single(merged.Steps);
            Assert.Equal(expected.EchoesPerSecond, step.EchoesPerSecond);
            Assert.Equal(expected.P50Ns, step.P50Ns);
            Assert.Equal(expected.Latency.Histogram, step.Latency.Histogram);
            Assert.Equal(
                (Rounds, expected.Exchanges, 3L * parts * Rounds), (step.Rounds, step.Exchanges, step.ClientUserNs));
            Assert.Equal(Rounds * parts * (parts - 1) / 2, step.Errors["reset"]);
            Assert.Equal(0, merged.RoundsMissed);
        }
    }

    [Fact]
    public void A_round_that_one_part_left_out_or_never_came_to_is_none()
    {
        RoundFigures One(int number) => new()
        {
            Number = number, Server = "a", Concurrency = 2, Exchanges = 1, Counted = 1, TookNs = 1_000_000_000,
        };
        BenchResult merged = Bench(
            [[One(2), One(3), One(4)], [One(2), One(3) with { IsMissed = true, Exchanges = 0, Counted = 0 }]]);
        BenchStep step = Assert.Single(merged.Steps);
        Assert.Equal((1, 2L, 2.0), (step.Rounds, step.Exchanges, step.EchoesPerSecond.Median));
        Assert.Equal(2, merged.RoundsMissed);
        Assert.EndsWith(
            "2 rounds left out: not begun in time, or not by every part", merged.VerdictText,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_a_led_search_are_joined_by_their_numbers()
    {
        SearchStep Step(long number, double rate, long ok) => new(
            rate, SearchPhase.Growth, SearchRuns.Good(rate) with { Due = ok, Ok = ok }, StepVerdict.Told("not judged"))
        {
            Number = number,
        };
        RunDocument a = Part("1/2", 0, "saturate", LedSearch.Of([Step(1, 50, 250), Step(2, 60, 300)]));
        RunDocument b = Part("2/2", 1, "saturate", LedSearch.Of([Step(2, 60, 301), Step(3, 70, 350)]));
        RunDocument merged = Merged([new("a", a), new("b", b)]);
        SaturationResult search = (SaturationResult)Saved(merged).Result!;
        SearchStep both = Assert.Single(search.Steps);
        Assert.Equal((2, 60.0, 601), (both.Number, both.RatePerSecond, both.Figures.Ok));
        Assert.Equal("1 step of a search that another process leads", merged.Verdict.Text);
    }

    private static BenchResult Bench(IReadOnlyList<RoundFigures>[] parts)
    {
        NamedRun[] runs = [.. parts.Select((rounds, at) => new NamedRun($"{at}", Part(
            $"{at + 1}/{parts.Length}", at, "bench", new BenchResult([], []) { Rounds = rounds })))];
        RunDocument merged = Merged(runs);
        BenchResult read = (BenchResult)Saved(merged).Result!;
        Assert.Empty(read.Rounds);
        Assert.Equal(((BenchResult)merged.Result!).Steps.Count, read.Steps.Count);
        return (BenchResult)merged.Result!;
    }

    private static RunDocument Part(string share, int at, string command, IOwnResult result)
    {
        Section own = [];
        if (result is BenchResult bench)
        {
            BenchSection.Write(own, bench);
            own[BenchSection.Rounds] = Node.ListOf(bench.Rounds, static round => round.ToSection());
        }
        else
        {
            SaturationSection.Write(own, (SaturationResult)result);
        }

        return Saved(SampleRun.Held with
        {
            Command = command, Started = SampleRun.Held.Started.AddSeconds(at), Own = own, Result = result,
            Options = new Section { ["seed"] = 7, ["share"] = share },
        });
    }

    private static RunDocument Saved(RunDocument run) => SavedRuns.Read(SavedRuns.Written(run));

    private static RunDocument Merged(IReadOnlyList<NamedRun> runs)
    {
        Assert.True(RunMerge.TryMerge(runs, out RunDocument? merged, out IReadOnlyList<string> errors),
            string.Join("\n", errors));
        return merged;
    }
}
