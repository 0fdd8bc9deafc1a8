using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Servers as functions of the offered rate, and a search driven against one to its end.</summary>
internal static class SearchRuns
{
    private const double StepSeconds = 10;

    /// <summary>A step in which everything went well and took 1 ms.</summary>
    public static StepFigures Good(double ratePerSecond)
    {
        long due = (long)Math.Round(ratePerSecond * StepSeconds);
        return new StepFigures
        {
            RatePerSecond = ratePerSecond,
            Seconds = StepSeconds,
            Due = due,
            Ok = due,
            LifeP50Ns = 1_000_000,
            LifeP99Ns = 3_000_000,
            LagP99Ns = 50_000,
            BusyMax = 0.2,
        };
    }

    /// <summary>Serves a fixed number a second; what is above times out.</summary>
    public static StepFigures HardLimit(double ratePerSecond, double limitPerSecond)
    {
        StepFigures good = Good(ratePerSecond);
        long failed = Math.Max(0, good.Due - (long)Math.Round(limitPerSecond * StepSeconds));
        return good with { Ok = good.Due - failed, TimedOut = failed, SynRetransmits = failed };
    }

    /// <summary>A queue: the life grows as 1/(1-u), without end from the limit on.</summary>
    public static StepFigures Queue(double ratePerSecond, double limitPerSecond)
    {
        double factor = 1 / Math.Max(1e-3, 1 - (ratePerSecond / limitPerSecond));
        StepFigures good = Good(ratePerSecond);
        return good with
        {
            LifeP50Ns = (long)(good.LifeP50Ns * factor),
            LifeP99Ns = (long)(good.LifeP99Ns * factor),
        };
    }

    /// <summary>Everything is refused.</summary>
    public static StepFigures AllRefused(double ratePerSecond)
    {
        StepFigures good = Good(ratePerSecond);
        return good with { Ok = 0, Refused = good.Due, LifeP50Ns = 0, LifeP99Ns = 0 };
    }

    /// <summary>Nothing ended in time; no packet says why.</summary>
    public static StepFigures AllTimedOut(double ratePerSecond)
    {
        StepFigures good = Good(ratePerSecond);
        return good with { Ok = 0, TimedOut = good.Due };
    }

    public static SaturationResult Drive(
        ISaturationSearch search, Func<double, StepFigures> server, int stepsMax = 200)
    {
        int steps = 0;
        while (search.NextPerSecond is { } rate)
        {
            SearchStep step = search.Add(server(rate));
            Assert.Equal(rate, step.RatePerSecond);
            Assert.True(++steps <= stepsMax, $"no end after {stepsMax} steps");
        }

        SaturationResult result = search.Result;
        Assert.NotEqual(SearchEnding.None, result.Ending);
        Assert.Equal(steps, result.Steps.Count);
        return result;
    }
}
