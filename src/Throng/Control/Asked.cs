using Throng.Engine;

namespace Throng;

/// <summary>A question to the workers of a run, and their rows.</summary>
public static class Asked
{
    public static Answer NoAnswer { get; } = Answer.Refuse("the workers did not answer in time; try again");

    /// <summary>False when the workers did not answer in time.</summary>
    public static bool TryOf<TRow>(
        ILiveRun run, WorkerMessageKind kind, long value, out List<TRow> rows, out long omitted)
    {
        using Question? question = run.Ask(kind, value);
        rows = question is null ? [] : [.. question.Rows.OfType<TRow>()];
        omitted = question?.Omitted ?? 0;
        return question is not null;
    }
}
