using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// How long each connection of a bench took, as lines `rank us` for gnuplot: the rank is the order in which the
/// connections of a round had their answers, the time the mean of the rounds in whole microseconds. Several steps are
/// data sets: two empty lines between them, and a comment with the server and the number of connections before each.
/// </summary>
public static class RankReport
{
    public static string Render(RunDocument document)
    {
        StringBuilder text = new();
        IReadOnlyList<BenchStep> steps = (document.Result as BenchResult)?.Steps ?? [];
        foreach (BenchStep step in steps)
        {
            if (steps.Count > 1)
            {
                text.Append(text.Length > 0 ? "\n\n" : "");
                text.Append(CultureInfo.InvariantCulture, $"# {step.Server} {step.Concurrency}\n");
            }

            for (int rank = 0; rank < step.MeanUsByRank.Count; rank++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{rank} {step.MeanUsByRank[rank]}\n");
            }
        }

        return text.ToString();
    }
}
