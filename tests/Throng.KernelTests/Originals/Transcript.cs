using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>The lines of a stream as they came, each with the moment it came. Written by one thread, read by
/// others.</summary>
internal sealed class Transcript
{
    private readonly List<string> _lines = [];
    private readonly object _gate = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    public string Text => string.Join('\n', Lines());

    public string[] Lines(int from = 0)
    {
        lock (_gate)
        {
            return [.. _lines.Skip(from)];
        }
    }

    /// <summary>Waits until there are so many lines after a place, and gives all that are there then.</summary>
    public string[] Await(int from, int lines, string what)
    {
        Stopwatch clock = Stopwatch.StartNew();
        lock (_gate)
        {
            while (_lines.Count < from + lines)
            {
                TimeSpan left = Eventually.Patience - clock.Elapsed;
                Assert.True(
                    left > TimeSpan.Zero && Monitor.Wait(_gate, left) || _lines.Count >= from + lines,
                    $"{what}: not within {Eventually.Patience}; there is: {string.Join('\n', _lines)}");
            }

            return [.. _lines.Skip(from)];
        }
    }

    internal void Fill(StreamReader stream)
    {
        try
        {
            while (stream.ReadLine() is { } line)
            {
                lock (_gate)
                {
                    _lines.Add(line);
                    Monitor.PulseAll(_gate);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            // The process was ended from outside.
        }
    }
}
