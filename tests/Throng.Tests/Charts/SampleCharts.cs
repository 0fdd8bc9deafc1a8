using Throng.Measurement;
using Throng.Report;

namespace Throng.Tests;

/// <summary>A search as a limit of 1,000 connections a second in front of a slow server leaves it.</summary>
internal static class SampleCharts
{
    public static SaturationRule Rule { get; } = new();

    public static Chart Saturation { get; } = SaturationChart.Draw(
        Search(), Rule, "10.0.0.2:7000, steps of 10 s, exchange, closed by FIN");

    public static SaturationResult Search()
    {
        Prng prng = new(7);
        return SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
        {
            StepFigures step = SearchRuns.HardLimit(rate, 1_000);
            double jitter = 0.9 + (0.2 * prng.NextDouble());
            bool isOver = step.TimedOut > 0;
            return step with
            {
                LifeP50Ns = (long)(900_000 * jitter * (1 + (rate / 2_500))),
                LifeP99Ns = isOver ? (long)(jitter * 3_050_000_000) : (long)(3_000_000 * jitter * (1 + (rate / 2_500))),
            };
        });
    }
}
