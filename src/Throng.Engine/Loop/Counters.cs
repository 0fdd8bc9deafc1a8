using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Counters of one worker for one role. Written by the worker alone, read by the sampler at any time: each number is
/// one aligned word, so a reader sees a recent value of each, and exact ones once the worker has ended.
/// Identities: Attempts = Opened (as a client) + Σ ConnectFailed + still connecting; Opened = open + Σ Closed.
/// </summary>
public sealed class Counters
{
    /// <summary>When the first connect began, and when the worker first had as many as it was asked for.</summary>
    public long FirstAttemptNs;
    public long RampUpEndNs;

    /// <summary>How many it had then.</summary>
    public long RampUpOpened;

    /// <summary>The most that were open at one time: between two looks of the sampler many come and go.</summary>
    public long OpenMax;

    private Counts _counts;
    private long _open;
    private ByReason _closed;
    private ByReason _failed;

    public ref long this[Counter counter] => ref _counts[counter];

    /// <summary>All of them at once, for the sampler to read.</summary>
    public ref Counts Live => ref _counts;

    /// <summary>Open connections that ended, by reason.</summary>
    public ref long Closed(CloseReason reason) => ref _closed[(int)reason];

    /// <summary>Attempts that did not become a connection, by reason.</summary>
    public ref long ConnectFailed(CloseReason reason) => ref _failed[(int)reason];

    /// <summary>Counts one that has opened.</summary>
    public void CountOpened()
    {
        this[Counter.Opened]++;
        _open++;
        OpenMax = Math.Max(OpenMax, _open);
    }

    /// <summary>Counts the end of one that was open.</summary>
    public void CountClosed(CloseReason reason)
    {
        CountEnd(ref Closed(reason));
        _open--;
    }

    /// <summary>Notes when the first connect began.</summary>
    public void NoteAttempt(long nowNs) => FirstAttemptNs = FirstAttemptNs == 0 ? nowNs : FirstAttemptNs;

    /// <summary>
    /// Counts a connect that found no room on this side as an attempt that failed, so that it shows; returns the
    /// reason.
    /// </summary>
    public CloseReason CountNotStarted(OpenResult result)
    {
        CloseReason reason = result == OpenResult.NoPort ? CloseReason.NoPort : CloseReason.NoDescriptor;
        this[Counter.Attempts]++;
        CountEnd(ref ConnectFailed(reason));
        return reason;
    }

    /// <summary>Notes the end of the ramp-up: the first time all that are wanted are open.</summary>
    public void NoteRampUp(bool isComplete, long nowNs)
    {
        if (isComplete && RampUpEndNs == 0)
        {
            RampUpEndNs = nowNs;
            RampUpOpened = this[Counter.Opened];
        }
    }

    /// <summary>
    /// Counts the end of what this worker has counted the beginning of, so that no reader sees the end alone: of two
    /// plain writes arm64 may show the second first. Where a system call lies between the two, an increment will do.
    /// </summary>
    public static void CountEnd(ref long ends) => Volatile.Write(ref ends, ends + 1);

    public long ClosedTotal => Sum(_closed);

    public long ConnectFailedTotal => Sum(_failed);

    /// <summary>Open now.</summary>
    public long Open => Volatile.Read(ref this[Counter.Opened]) - ClosedTotal;

    private static long Sum(in ByReason counts)
    {
        long total = 0;
        for (int i = 0; i < CloseReasons.Count; i++)
        {
            total += Volatile.Read(in counts[i]);
        }

        return total;
    }

    [InlineArray(CloseReasons.Count)]
    private struct ByReason
    {
        private long _first;
    }
}

/// <summary>
/// Counts of a worker about itself, whatever it works on. The worker is the one writer; anybody may read.
/// </summary>
public sealed class LoopCounters
{
    public long Turns;

    /// <summary>Turns in which the worker had slept, and those of them that found nothing to do.</summary>
    public long WakeUps;
    public long IdleWakeUps;

    /// <summary>When the last turn began.</summary>
    public long TurnNs;

    public long StaleCompletions;
    public long PortCollisions;

    /// <summary>Where a source port was missing last, as <see cref="Engine.PortsSpent.Word"/> says it.</summary>
    public long PortsSpent;
    public long AcceptFailures;

    /// <summary>The last errno an accept failed with.</summary>
    public long AcceptErrno;

    /// <summary>The errnos behind <see cref="CloseReason.Other"/>.</summary>
    public ErrnoCounts OtherErrnos { get; } = new();
}

/// <summary>Latencies one worker records; cumulative, so an interval is a difference of two readings.</summary>
public sealed class Latencies
{
    public Latencies() => Messages = new MessageLatencies(this);

    /// <summary>From the connect's start to the end of its handshake.</summary>
    public Histogram Connect { get; } = new();

    /// <summary>From a message's intended time to its answer.</summary>
    public Histogram Response { get; } = new();

    /// <summary>From when it was sent to its answer.</summary>
    public Histogram Service { get; } = new();

    /// <summary>From its intended time to when it was sent, without the wait for its connection.</summary>
    public Histogram Lag { get; } = new();

    /// <summary>Where a workload with many messages a turn records them; counted at the turn's end.</summary>
    internal MessageLatencies Messages { get; }

    /// <summary>How long connections had been idle when their server closed them.</summary>
    public Histogram IdleBeforeClose { get; } = new();

    /// <summary>Past of connections that their peer ended before the drain; null while there is none.</summary>
    internal PeerEndTimes? EndedByPeer { get; private set; }

    internal void RecordEndByPeer(long nowNs, long ageNs, long idleNs, long answers) =>
        (EndedByPeer ??= new PeerEndTimes()).Record(nowNs, ageNs, idleNs, answers);
}
