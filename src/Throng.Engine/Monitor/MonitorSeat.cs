using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One lasting connection of `monitor`: a place that an arrival picks, whichever connection sits there at the time.
/// </summary>
internal struct MonitorSeat
{
    /// <summary>Its number in the run.</summary>
    public int Number;

    /// <summary>None while it has no open connection.</summary>
    public Handle Connection;

    /// <summary>Its target, always the same one.</summary>
    public int Target;

    /// <summary>Connects that have failed since it last had a connection.</summary>
    public long Failures;

    /// <summary>Connections in a row that were lost without one answer.</summary>
    public long Fruitless;

    // The message under way.
    public bool Awaits;
    public long IntendedNs;

    /// <summary>It was due behind the warm-up.</summary>
    public bool IsCounted;

    /// <summary>When the kernel had all of it; 0 until then.</summary>
    public long SentNs;
    public int RepliedBytes;

    /// <summary>Arrivals since it was sent.</summary>
    public long DroppedSince;

    // Its connection, from its beginning.
    public MonitorRecord Record;

    /// <summary>Bytes that the kernel has taken on the connection.</summary>
    public long SentBytes;

    /// <summary>Bits that tell which of the last 64 datagrams were answered, the newest lowest.</summary>
    public ulong Answered;

    /// <summary>Name that the connection's server has written over the first message.</summary>
    public Stamp Name;
    public RecentResponses Recent;

    // The disturbance it is in, or has just been in.
    public DisturbanceCause Cause;
    public long DisturbedNs;
    public bool WasLost;

    /// <summary>Connections of this seat that were lost in it, while the run lasted.</summary>
    public int Losses;
    public long Retransmits;

    /// <summary>Where the last disturbance was noted that still waits for its retransmits; -1: nowhere.</summary>
    public int NotedAt;

    /// <summary>When a good answer last came, whichever connection sat here; 0: never.</summary>
    public long LastGoodNs;

    public readonly bool IsDisturbed => Cause != DisturbanceCause.None;

    /// <summary>The kernel has not taken the last message yet.</summary>
    public readonly bool IsSending => Record.Sent > 0 && SentNs == 0;

    /// <summary>Where the message under way begins, or the next one will.</summary>
    public readonly long MessageOffset(int messageBytes) =>
        (Record.Sent - (Awaits ? 1 : 0)) * messageBytes;

    /// <summary>A connection has opened.</summary>
    public void Begin(Handle connection, long beginNs, long nowNs)
    {
        Connection = connection;
        Failures = 0;
        Awaits = false;
        Answered = 0;
        SentBytes = 0;
        Record = new MonitorRecord { BeginNs = beginNs, OpenedNs = nowNs };
        Recent.Note(nowNs - beginNs); // the handshake is the first thing known of how long the way is
    }

    /// <summary>A message is under way from now on.</summary>
    public void Send(long intendedNs, bool isCounted)
    {
        IsCounted = isCounted;
        Awaits = true;
        IntendedNs = intendedNs;
        SentNs = 0;
        RepliedBytes = 0;
        DroppedSince = 0;
        Record.Sent++;
        Answered <<= 1;
    }

    /// <summary>The first bytes of a connection's first answer.</summary>
    [InlineArray(MonitorPayload.NameBytes)]
    public struct Stamp
    {
        private byte _first;
    }
}
