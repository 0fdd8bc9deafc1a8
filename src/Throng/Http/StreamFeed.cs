namespace Throng;

/// <summary>
/// The last lines of a run's stream, numbered from 1, for any number of readers. Whoever adds never waits; a reader who
/// is too slow finds that lines are gone, and is told how many.
/// </summary>
public sealed class StreamFeed(int linesMax = StreamFeed.LinesMax)
{
    /// <summary>An hour of intervals.</summary>
    public const int LinesMax = 3_600;

    private readonly Queue<byte[]> _lines = [];
    private readonly Lock _lock = new();
    private Task _more = new(static () => { });
    private long _last;
    private bool _isFinished;

    public void Add(byte[] line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            _last++;
            if (_lines.Count > linesMax)
            {
                _lines.Dequeue();
            }

            Tell();
        }
    }

    /// <summary>Number of the last line; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>No more lines come.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _isFinished = true;
            Tell();
        }
    }

    /// <summary>Takes the lines after a number, at most so many.</summary>
    /// <param name="more">Ends when there are more; null when none come any more.</param>
    public FeedLines After(long number, int most, out Task? more)
    {
        lock (_lock)
        {
            // A number that this run has not had yet is of a run before it at the same address.
            long after = number > _last ? 0 : Math.Max(0, number);
            long firstKept = _last - _lines.Count + 1;
            long dropped = Math.Max(0, firstKept - 1 - after);
            byte[][] lines = [.. _lines.Skip((int)(after + dropped - firstKept + 1)).Take(most)];
            more = lines.Length > 0 ? Task.CompletedTask : _isFinished ? null : _more;
            return new FeedLines(after + dropped + 1, dropped, lines);
        }
    }

    private void Tell()
    {
        // Started and not completed here: whoever waits goes on on a thread of the pool, and not under this lock.
        Task told = _more;
        _more = new(static () => { });
        told.Start(TaskScheduler.Default);
    }
}
