using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The failures of a run: taken from the workers' rings in order of time, numbered, given to a sink if there is one,
/// and the first and last kept for the document. Owner: whoever samples the run; one caller at a time is seen to here.
/// </summary>
/// <param name="rings">One for each worker.</param>
/// <param name="originNs">The run's time 0 by the workers' clock.</param>
/// <param name="origin">The same by the wall clock.</param>
/// <param name="packets">Keeper of the packets of each; null: nobody does.</param>
internal sealed class FailureRecord(
    IReadOnlyList<FailureRing> rings, long originNs, DateTimeOffset origin, Transport transport, IFailureSink? sink,
    PacketCapture? packets = null)
{
    /// <summary>How long a failure waits before it is taken: those of other workers with an earlier time come by then.
    /// </summary>
    public const long SettleNs = 10 * Ns.Millisecond;

    /// <summary>Failures of which the time is kept, to find those of an episode: 8 MiB at most.</summary>
    private const int TimesMax = 1 << 20;

    private readonly Lock _lock = new();
    private readonly FirstAndLast<ConnectionFailure> _kept = new(RunDocument.FailuresMax);
    private readonly List<long> _endsNs = [];

    /// <summary>All of them, those that found a ring full too.</summary>
    public long Count => _kept.Count + Dropped;

    /// <summary>The first and the last of them.</summary>
    public IReadOnlyList<ConnectionFailure> Kept => [.. _kept.Kept];

    /// <summary>The last ones, at most so many and as many as are kept; any thread.</summary>
    public IReadOnlyList<ConnectionFailure> Last(int most)
    {
        lock (_lock)
        {
            return [.. _kept.Kept.TakeLast(Math.Min(most, RunDocument.FailuresMax))];
        }
    }

    public long NotKept => _kept.NotKept + Dropped;

    /// <summary>Failures that the sink lacks; null: there is no sink.</summary>
    public long? NotWritten => sink is null ? null : sink.NotTaken + Dropped;

    private long Dropped => rings.Sum(static ring => ring.Dropped);

    /// <summary>Takes those that had ended by a time of the workers' clock.</summary>
    public void Take(long untilNs)
    {
        lock (_lock)
        {
            bool isNews = false;
            while (Oldest(untilNs) is { } ring)
            {
                Add(ring.First);
                ring.Take();
                isNews = true;
            }

            if (isNews)
            {
                sink?.Flush();
            }
        }
    }

    /// <summary>
    /// The numbers of the failures that ended within a time since the run's start: the first, and how many. 0 for none.
    /// </summary>
    public (long First, long Count) Between(long startNs, long endNs)
    {
        lock (_lock)
        {
            int first = CountBefore(startNs);
            int count = CountBefore(endNs + 1) - first;
            return count > 0 ? (first + 1, count) : (0, 0);
        }
    }

    private int CountBefore(long timeNs)
    {
        int found = _endsNs.BinarySearch(timeNs);
        if (found < 0)
        {
            return ~found;
        }

        while (found > 0 && _endsNs[found - 1] == timeNs)
        {
            found--;
        }

        return found;
    }

    private FailureRing? Oldest(long untilNs)
    {
        FailureRing? oldest = null;
        foreach (FailureRing ring in rings)
        {
            if (ring.Waiting > 0 && ring.First.EndedNs <= untilNs
                && (oldest is null || ring.First.EndedNs < oldest.First.EndedNs))
            {
                oldest = ring;
            }
        }

        return oldest;
    }

    private void Add(in FailedConnection failed)
    {
        // Of several workers one may be late with an earlier time: the order is that in which they became known.
        long endNs = failed.EndedNs - originNs;
        if (_endsNs.Count < TimesMax)
        {
            _endsNs.Add(_endsNs.Count > 0 ? Math.Max(endNs, _endsNs[^1]) : endNs);
        }

        ConnectionTimes times = failed.Times;
        ConnectionFailure failure = new()
        {
            Number = _kept.Count + 1,
            Time = origin.AddTicks(endNs / TimeSpan.NanosecondsPerTick),
            BeginNs = times.BegunNs > 0 ? times.BegunNs - originNs : null,
            ConnectNs = times.OpenedNs > 0 ? times.OpenedNs - times.BegunNs : null,
            EndNs = endNs,
            Transport = transport == Transport.Datagram ? "udp" : "tcp",
            Local = failed.Local.ToString(),
            Remote = failed.Remote.ToString(),
            Phase = ConnectionFailure.PhaseName(failed.Last.Phase),
            Reason = CloseReasons.Name(failed.Reason),
            Errno = failed.Errno,
            Retransmits = failed.Last.Retransmits,
            Host = failed.Last.Host,
            Probe = failed.Role == Role.Probe ? true : null,
        };
        _kept.Add(failure);
        sink?.Take(failure);
        packets?.Take(failure, failed);
    }
}
