using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Counts of one worker for the round under way. Written by the worker; read by the guide between two rounds, when the
/// worker has said that nothing more will happen and has not been told to go on.
/// </summary>
/// <param name="ranks">Connections whose times are kept; 0: none.</param>
internal sealed class BenchTally(int ranks)
{
    // Rounds by number, from 1: the last one of which this is true. Any thread.
    public int OpenedRound;
    public int AnsweredRound;
    public int ClosedRound;

    public readonly long[] Errors = new long[CloseReasons.Count];
    public readonly long[] DoneNs = new long[ranks];
    public readonly long[] TookNs = new long[ranks];

    /// <summary>Number of entries in use in <see cref="DoneNs"/> and <see cref="TookNs"/>.</summary>
    public int Ranks;
    public long Exchanges;

    /// <summary>Exchanges that were over while messages were still sent.</summary>
    public long InTime;

    /// <summary>When the last answer came; 0: none did.</summary>
    public long LastNs;

    /// <summary>From handing the message over to the last byte of its answer.</summary>
    public Histogram Latency { get; private set; } = new();

    /// <summary>From the release to handing the first message over.</summary>
    public Histogram Lag { get; private set; } = new();

    public void Clear()
    {
        Array.Clear(Errors);
        Ranks = 0;
        Exchanges = 0;
        InTime = 0;
        LastNs = 0;
        if (Latency.Count + Lag.Count > 0)
        {
            Latency = new Histogram();
            Lag = new Histogram();
        }
    }

    public void NoteDone(long nowNs, long tookNs)
    {
        Exchanges++;
        LastNs = nowNs;
        Latency.Record(tookNs);
        if (Ranks < DoneNs.Length)
        {
            DoneNs[Ranks] = nowNs;
            TookNs[Ranks++] = tookNs;
        }
    }
}
