using System.Diagnostics;
using Throng.Cluster;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Makes the views of a run on many hosts. Intervals are merged once each, as they become whole; all other figures as
/// often as a tenth of a CPU allows, and whenever the run enters another phase. The result, once it is over, is the
/// merge of the whole documents. The controller's thread calls.
/// </summary>
internal sealed class ClusterWatch(ControllerMachine controller, ClusterNews news)
{
    /// <summary>The next merge waits so many times as long as the last one took.</summary>
    private const int RestFactor = 9;

    private readonly LiveSeries _series = new();
    private ClusterView _last = ClusterView.Empty;
    private long _nextMergeAt;

    /// <summary>The run as it is now.</summary>
    public ClusterView Look()
    {
        bool isOver = controller.Phase == ControllerPhase.Over;
        ILookup<AgentSeat, PartSeat> byAgent = controller.Parts.ToLookup(static part => part.Agent);
        PartRow[] parts = [.. controller.Parts.Select(part => ClusterView.RowOf(part, byAgent))];
        IReadOnlyList<SeriesPoint> added = _series.Advance(
            [.. controller.Parts.Select(part => new LivePart(part.Result ?? part.Figures, IsAwaited(part)))], isOver);
        RunDocument? merged = Merged(parts, isOver);
        _last = ClusterView.Of(controller, byAgent, parts, merged);
        news.Note(added, _last);
        return _last;
    }

    private static bool IsAwaited(PartSeat part) => part is
    {
        Result: null, IsHandedOver: false, LeaseEnd: null, Agent.IsLost: false,
        State: JobState.Connecting or JobState.Ready or JobState.Running,
    };

    private RunDocument? Merged(PartRow[] parts, bool isOver)
    {
        if (isOver)
        {
            return _last.Phase == ControllerPhase.Over && IsSame(parts, _last)
                ? _last.Merged
                : ClusterDocument.Merge(parts);
        }

        RunDocument? merged = _last.Merged;
        long beganAt = Stopwatch.GetTimestamp();
        if (!IsSame(parts, _last) && (beganAt >= _nextMergeAt || _last.Phase != controller.Phase || merged is null))
        {
            merged = ClusterDocument.MergeLive(parts);
            _nextMergeAt = Stopwatch.GetTimestamp() + (RestFactor * (Stopwatch.GetTimestamp() - beganAt));
        }

        return merged is null || ReferenceEquals(merged.Series, _series.Points) ? merged
            : merged with { Series = _series.Points };
    }

    private static bool IsSame(PartRow[] parts, ClusterView before) =>
        parts.Length == before.Parts.Count && parts.Zip(before.Parts).All(static both =>
            ReferenceEquals(both.First.Run, both.Second.Run) && both.First.IsHandedOver == both.Second.IsHandedOver);
}
