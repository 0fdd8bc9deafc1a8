using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// News of a run on many hosts: intervals that all agents have told of, and events of the controller.
/// </summary>
internal sealed class ClusterNews
{
    private readonly Lock _lock = new();
    private readonly List<RunNews> _news = [];
    private readonly Queue<string> _lines = new();
    private int _events;

    public void Note(IReadOnlyList<SeriesPoint> whole, ClusterView view)
    {
        lock (_lock)
        {
            _news.AddRange(whole.Select(static point => new RunNews(point, null)));
            for (; _events < view.Events.Count; _events++)
            {
                (DateTimeOffset at, string text) = view.Events[_events];
                long sinceNs = view.Merged is { } merged ? Math.Max(0, (at - merged.Started).Ticks * 100) : 0;
                _news.Add(new RunNews(null, new RunEvent(sinceNs, text)));
                _lines.Enqueue(text);
            }
        }
    }

    public IReadOnlyList<RunNews> Take()
    {
        lock (_lock)
        {
            RunNews[] taken = [.. _news];
            _news.Clear();
            return taken;
        }
    }

    public IReadOnlyList<string> TakeLines()
    {
        lock (_lock)
        {
            string[] taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }
}
