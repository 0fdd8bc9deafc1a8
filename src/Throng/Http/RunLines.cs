using Throng.Engine;
using Throng.Report;

namespace Throng;

/// <summary>Lines of a run as it goes on, to all who follow it: the file of --json-stream, and readers over HTTP.
/// </summary>
/// <param name="stream">Null: no file.</param>
/// <param name="feed">Null: nobody over HTTP.</param>
public sealed class RunLines(JsonStream? stream, StreamFeed? feed)
{
    /// <summary>Whether anybody follows.</summary>
    public bool HasReaders => stream is not null || feed is not null;

    /// <summary>Adds what was noted of the run since the last call.</summary>
    public void Follow(ILiveRun run)
    {
        foreach (RunNews news in HasReaders ? run.TakeNews() : [])
        {
            Add(() => news.Point is { } point ? JsonLines.Interval(point) : JsonLines.Event(news.Event!));
        }
    }

    /// <summary>Adds a line, which is made only where somebody follows.</summary>
    public void Add(Func<byte[]> make)
    {
        if (!HasReaders)
        {
            return;
        }

        byte[] line = make();
        stream?.Add(line);
        feed?.Add(line);
    }

    /// <summary>Waits until the file is written, but not for a reader who does not read.</summary>
    public void Finish()
    {
        feed?.Finish();
        stream?.Finish();
    }
}
