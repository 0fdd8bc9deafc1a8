namespace Throng.Measurement;

/// <summary>Knowledge that a search has of one rate: its trials, and the side it is taken to be on.</summary>
internal sealed class RateTrials(double ratePerSecond)
{
    public double RatePerSecond { get; } = ratePerSecond;

    public int GoodCount { get; private set; }

    public int BadCount { get; private set; }

    public int Count => GoodCount + BadCount;

    /// <summary>Steps at this rate that were no trials.</summary>
    public int DisturbedCount { get; set; }

    public SearchStep? LastGood { get; private set; }

    public SearchStep? LastBad { get; private set; }

    /// <summary>Null while one more trial is needed to say.</summary>
    public bool? IsGood { get; private set; }

    public void Add(SearchStep step, int trials)
    {
        if (step.Verdict.IsGood)
        {
            GoodCount++;
            LastGood = step;
        }
        else
        {
            BadCount++;
            LastBad = step;
        }

        IsGood = step.Phase switch
        {
            SearchPhase.Base or SearchPhase.Growth => GoodCount > 0 ? true : BadCount > 1 ? false : null,
            SearchPhase.Bisection => step.Verdict.IsGood,
            _ when GoodCount * 2 > trials => true,
            _ when BadCount * 2 > trials => false,
            _ => IsGood,
        };
    }
}
