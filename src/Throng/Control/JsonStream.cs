using Throng.Engine;
using Throng.Linux;
using Throng.Report;

namespace Throng;

/// <summary>
/// `--json-stream`: lines for a program that follows a run. They are written on a thread of their own, so that a reader
/// who is slow holds up nobody: what does not fit the queue is counted and said. A reader who goes away ends the stream
/// and not the run.
/// </summary>
public sealed class JsonStream : IDisposable
{
    /// <summary>An hour of intervals.</summary>
    private const int LinesMax = 3_600;

    private static readonly TimeSpan FinishMax = TimeSpan.FromSeconds(5);

    private readonly Stream _to;
    private readonly bool _isOurs;
    private readonly Shell _shell;
    private readonly string _prefix;
    private readonly Queue<byte[]> _lines = [];
    private readonly Thread _writer;
    private long _missing;
    private bool _isIncomplete;
    private bool _isFinished;
    private bool _isLost;

    private JsonStream(Stream to, bool isOurs, Shell shell, string prefix)
    {
        _to = to;
        _isOurs = isOurs;
        _shell = shell;
        _prefix = prefix;
        _writer = new Thread(WriteOnAndOn) { Name = "json-stream", IsBackground = true };
        _writer.Start();
    }

    /// <summary>
    /// Whether lines are missing that a reader was there for: a full disk, or a reader too slow. Known once it has
    /// finished.
    /// </summary>
    public bool IsIncomplete
    {
        get
        {
            lock (_lines)
            {
                return _isIncomplete;
            }
        }
    }

    /// <summary>The stream that the options ask for, before any worker starts; null for none.</summary>
    public static JsonStream? Open(Values values, Shell shell, string command)
    {
        string path = values.Get(SharedOptions.JsonStream);
        if (path.Length == 0)
        {
            return null;
        }

        string option = SharedOptions.JsonStream.Spelling;
        string prefix = $"throng {command}: {option}";
        if (path == Outputs.Dash)
        {
            return new JsonStream(shell.Output, isOurs: false, shell, prefix);
        }

        new OutFile(path, option).Check();
        try
        {
            FileMode mode = Files.IsSpecial(path) ? FileMode.Open : FileMode.Create;
            FileStream file = new(path, mode, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return new JsonStream(file, isOurs: true, shell, prefix);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"cannot write {option} {path}: {Reason.Describe(failure)}", "name another file");
        }
    }

    /// <summary>Adds what was noted of the run since the last call.</summary>
    public void Follow(ILiveRun run)
    {
        foreach (RunNews news in run.TakeNews())
        {
            Add(news.Point is { } point ? JsonLines.Interval(point) : JsonLines.Event(news.Event!));
        }
    }

    /// <summary>Adds a line, unless the reader is too far behind.</summary>
    public void Add(byte[] line)
    {
        lock (_lines)
        {
            if (_isLost || _lines.Count >= LinesMax)
            {
                _missing++;
                return;
            }

            _lines.Enqueue(line);
            Monitor.Pulse(_lines);
        }
    }

    /// <summary>Waits until all is written, but not for a reader who does not read.</summary>
    public void Finish()
    {
        lock (_lines)
        {
            _isFinished = true;
            Monitor.Pulse(_lines);
        }

        bool isWritten = _writer.Join(FinishMax);
        lock (_lines)
        {
            long missing = _missing + _lines.Count;
            if (!_isLost && (!isWritten || missing > 0))
            {
                _isIncomplete = true;
                _shell.Say($"{_prefix}: its reader was too slow: {Math.Max(1, missing)} lines are missing");
            }
        }
    }

    public void Dispose()
    {
        if (_isOurs && !_writer.IsAlive)
        {
            _to.Dispose();
        }
    }

    private void WriteOnAndOn()
    {
        while (Next() is { } line)
        {
            try
            {
                _to.Write(line);
                _to.Flush();
                if (_to is StandardStream { HasReader: false })
                {
                    Lose("its reader has gone", isChosen: true);
                    return;
                }
            }
            catch (IOException failure)
            {
                Lose(Reason.Describe(failure), isChosen: false);
                return;
            }
        }
    }

    private byte[]? Next()
    {
        lock (_lines)
        {
            while (_lines.Count == 0 && !_isFinished)
            {
                Monitor.Wait(_lines);
            }

            return _lines.TryDequeue(out byte[]? line) ? line : null;
        }
    }

    /// <param name="isChosen">The reader wanted no more; else it was to get all of it.</param>
    private void Lose(string why, bool isChosen)
    {
        lock (_lines)
        {
            _isIncomplete |= !isChosen;
            _isLost = true;
            _lines.Clear();
        }

        _shell.Say($"{_prefix}: {why}; the run goes on without it");
    }
}
