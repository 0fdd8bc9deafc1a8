namespace Throng.Measurement;

/// <summary>What a bench measured: a step for each server and number of connections.</summary>
/// <param name="Steps">In the order they were run; those of one number of connections together.</param>
/// <param name="Missing">Servers that could not be started, and why.</param>
public sealed record BenchResult(
    IReadOnlyList<BenchStep> Steps, IReadOnlyList<KeyValuePair<string, string>> Missing)
{
    /// <summary>How much a step answers of what the first server does with as many connections; null: not known.
    /// </summary>
    public double? RatioOf(BenchStep step)
    {
        BenchStep first = Steps.First(one => one.Concurrency == step.Concurrency);
        double ofFirst = first.EchoesPerSecond.Median;
        bool isAlone = Steps.All(one => one.Server == step.Server);
        return ofFirst > 0 && step.Rounds > 0 && !isAlone ? step.EchoesPerSecond.Median / ofFirst : null;
    }
}
