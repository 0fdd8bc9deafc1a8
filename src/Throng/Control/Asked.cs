using Throng.Engine;

namespace Throng;

/// <summary>A question to the workers of a run, and their rows.</summary>
public static class Asked
{
    /// <summary>The answer that is made of the rows, or why there is none.</summary>
    /// <param name="write">From the rows, and how many more there are, to text.</param>
    public static Answer Of<TRow>(
        ILiveRun run, WorkerMessageKind kind, long value, Func<IReadOnlyList<TRow>, long, string> write)
    {
        List<TRow> rows;
        long omitted;
        using (Question? question = run.Ask(kind, value))
        {
            if (question is null)
            {
                return Answer.Refuse("the workers did not answer in time; try again");
            }

            rows = [.. question.Rows.OfType<TRow>()];
            omitted = question.Omitted;
        }

        return Answer.Read(write(rows, omitted));
    }
}
