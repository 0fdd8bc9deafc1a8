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
        return Asked.Of<ConnectionRow>(run, WorkerMessageKind.List, linesMax, (rows, omitted) =>
        {
            IEnumerable<string> lines = rows.OrderByDescending(row => row.AgeNs).Take(linesMax).Select(row =>
                $"{row.Peer} -> {row.Local}, age {row.AgeNs / Ns.Second} s, idle {row.IdleNs / Ns.Second} s\n");
            long more = omitted + Math.Max(0, rows.Count - linesMax);
            string rest = more > 0 ? $"and {Units.Count(more)} more; `list all` shows them" : "";
            return rows.Count == 0 ? "no connection is open" : string.Concat(lines) + rest;
        });
    }

    public static Answer Failed(ILiveRun run)
    {
        IReadOnlyList<ConnectionFailure> last = run.LastFailures(FailuresMax);
        long nowNs = run.Sample().AtNs;
        return Answer.Read(last.Count == 0
            ? "nothing has failed"
            : string.Concat(last.Reverse().Select(failure => Line(failure, nowNs))));
    }

    private static string Line(ConnectionFailure failure, long nowNs)
    {
        string errno = failure.Errno == 0 ? "" : $" ({Errno.Name((int)failure.Errno)})";
        string ago = Units.Duration(Math.Max(0, nowNs - failure.EndNs));
        return $"{failure.Local} -> {failure.Remote}, {failure.Phase}: {failure.Reason}{errno}, {ago} ago\n";
    }
}
