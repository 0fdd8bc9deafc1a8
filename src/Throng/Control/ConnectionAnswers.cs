using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>`list` and `failed`: single connections, a line each.</summary>
public static class ConnectionAnswers
{
    /// <summary>
    /// Largest number of lines that `list` shows at once; a million lines are shown to whoever says `list all`.
    /// </summary>
    public const int LinesMax = 1000;

    private const int FailuresMax = 100;

    public static Answer List(ILiveRun run, string argument)
    {
        if (argument is not ("" or "all"))
        {
            return Answer.Refuse($"'{Text.Plain(argument)}' is not all: write `list` or `list all`");
        }

        int linesMax = argument == "all" ? int.MaxValue : LinesMax;
        if (!Asked.TryOf(run, WorkerMessageKind.List, linesMax, out List<ConnectionRow> rows, out long omitted))
        {
            return Asked.NoAnswer;
        }

        StringBuilder text = new();
        foreach (ConnectionRow row in rows.OrderByDescending(row => row.AgeNs).Take(linesMax))
        {
            text.Append($"{row.Peer} -> {row.Local}, age {row.AgeNs / Ns.Second} s, idle {row.IdleNs / Ns.Second} s\n");
        }

        long more = omitted + Math.Max(0, rows.Count - linesMax);
        if (more > 0)
        {
            text.Append($"and {Units.Count(more)} more; `list all` shows them");
        }

        return Answer.Read(rows.Count == 0 ? "no connection is open" : text.ToString());
    }

    /// <param name="nowNs">The clock the workers stamp failures with.</param>
    public static Answer Failed(ILiveRun run, long nowNs)
    {
        if (!Asked.TryOf(run, WorkerMessageKind.Failed, FailuresMax, out List<FailureRow> rows, out _))
        {
            return Asked.NoAnswer;
        }

        StringBuilder text = new();
        foreach (FailureRow row in rows.OrderByDescending(row => row.AtNs).Take(FailuresMax))
        {
            string errno = row.Errno == 0 ? "" : $" ({Errno.Name(row.Errno)})";
            string ago = Units.Duration(Math.Max(0, nowNs - row.AtNs));
            text.Append($"{row.Local} -> {row.Remote}, {row.Phase}: {row.Reason}{errno}, {ago} ago\n");
        }

        return Answer.Read(rows.Count == 0 ? "nothing has failed" : text.ToString());
    }
}
