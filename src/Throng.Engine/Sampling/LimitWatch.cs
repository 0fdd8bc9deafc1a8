using System.Collections.Concurrent;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Says that a limit of this host was reached, once for each, when the rules first find it in the run under way. The
/// finding of the result has the final figures. Fed by the sampler; the lines are taken by whoever shows progress.
/// </summary>
internal sealed class LimitWatch
{
    private readonly HashSet<string> _named = [];
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly List<string> _texts = [];

    /// <summary>Limits reported so far, without evidence and remedy; for whoever has the run's lock.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <param name="standing">The run as it stands, without settings of the kernel.</param>
    /// <param name="withSysctls">The same with them; asked for only when there is something to say.</param>
    public void Judge(RunDocument standing, Func<RunDocument> withSysctls, RunRecord record, long atNs)
    {
        foreach (IRule rule in AllRules.Limits)
        {
            if (rule.Judge(standing) is { } found && !IsSoftened(rule, found) && _named.Add(found.Rule))
            {
                Finding finding = rule.Judge(withSysctls()) ?? found;
                record.Note(atNs, $"limit: {finding.Text}");
                _texts.Add(finding.Text);
                _lines.Enqueue($"limit: {finding.Text} ({finding.Evidence}) -> {finding.Remedy}");
            }
        }
    }

    /// <summary>A rule that warns has found nothing yet that says it is this run's.</summary>
    private static bool IsSoftened(IRule rule, Finding found) =>
        found.Severity == Severity.Info && rule.Note.Severity != "info";

    public IEnumerable<string> Take()
    {
        while (_lines.TryDequeue(out string? line))
        {
            yield return line;
        }
    }
}
