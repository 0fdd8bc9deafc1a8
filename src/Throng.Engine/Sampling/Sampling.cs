using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Adds up what the workers have counted so far.</summary>
internal static class Sampling
{
    /// <summary>A run before it has begun.</summary>
    public static Sample Start { get; } = Of([], Role.Client, 0, 0, 0, 0);

    public static Sample Of(
        IReadOnlyList<Worker> workers, Role role, long atNs, long target, long peak, long retransmits)
    {
        Totals totals = new();
        foreach (Worker worker in workers)
        {
            totals.Add(worker, worker.Shard.Counters[(int)role]);
        }

        long failed = totals.Failed.Sum() - totals.Failed[(int)CloseReason.Cancelled];
        long open = totals.Opened - totals.Closed.Sum();
        return new Sample
        {
            AtNs = atNs,
            Target = target,
            Open = open,
            Connecting = role == Role.Client ? totals.Attempts - totals.Opened - totals.Failed.Sum() : 0,
            Peak = Math.Max(peak, open),
            Attempts = totals.Attempts,
            Opened = totals.Opened,
            Reconnected = totals.Reconnected,
            Closed = Reasons(totals.Closed),
            ConnectFailed = Reasons(totals.Failed),
            ClosedTotal = totals.Closed.Sum(),
            Lost = LostOf(totals.Closed, role),
            Failed = failed,
            BytesSent = totals.BytesSent,
            BytesReceived = totals.BytesReceived,
            Offered = totals.MessagesSent,
            MessagesSent = totals.MessagesSent,
            MessagesAnswered = totals.MessagesAnswered,
            MessagesTimedOut = totals.MessagesTimedOut,
            MessagesLate = totals.MessagesLate,
            MessagesInvalid = totals.MessagesInvalid,
            MessagesLost = totals.MessagesLost,
            MessagesDropped = totals.MessagesDropped,
            DatagramsReceived = totals.DatagramsReceived,
            DatagramsSent = totals.DatagramsSent,
            DatagramsDropped = totals.DatagramsDropped,
            ExchangesAnswered = totals.ExchangesAnswered,
            ExchangesAborted = totals.ExchangesAborted,
            ExchangesCut = totals.ExchangesCut,
            PortCollisions = totals.PortCollisions,
            AcceptFailures = totals.AcceptFailures,
            AcceptErrno = totals.AcceptErrno,
            Retransmits = retransmits,
            UserNs = totals.UserNs,
            SystemNs = totals.SystemNs,
        };
    }

    /// <summary>A client lost what it did not end; for a server a peer that closes is how a connection ends.</summary>
    internal static long LostOf(long[] closed, Role role)
    {
        long lost = 0;
        for (int i = 0; i < closed.Length; i++)
        {
            CloseReason reason = (CloseReason)i;
            bool isLoss = CloseReasons.IsLoss(reason) && (role == Role.Client || reason != CloseReason.PeerClosed);
            lost += isLoss ? closed[i] : 0;
        }

        return lost;
    }

    internal static List<ReasonCount> Reasons(long[] counts)
    {
        List<ReasonCount> reasons = [];
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                reasons.Add(new ReasonCount((CloseReason)i, counts[i]));
            }
        }

        return reasons;
    }

    private sealed class Totals
    {
        public readonly long[] Closed = new long[CloseReasons.Count];
        public readonly long[] Failed = new long[CloseReasons.Count];
        public long Attempts;
        public long Opened;
        public long Reconnected;
        public long BytesSent;
        public long BytesReceived;
        public long MessagesSent;
        public long MessagesAnswered;
        public long MessagesTimedOut;
        public long MessagesLate;
        public long MessagesInvalid;
        public long MessagesLost;
        public long MessagesDropped;
        public long DatagramsReceived;
        public long DatagramsSent;
        public long DatagramsDropped;
        public long ExchangesAnswered;
        public long ExchangesAborted;
        public long ExchangesCut;
        public long PortCollisions;
        public long AcceptFailures;
        public int AcceptErrno;
        public long UserNs;
        public long SystemNs;

        public void Add(Worker worker, Counters counters)
        {
            // Ends before beginnings: a reader between two writes then sees too many open rather than too few.
            for (int i = 0; i < CloseReasons.Count; i++)
            {
                Closed[i] += Volatile.Read(ref counters.Closed((CloseReason)i));
                Failed[i] += Volatile.Read(ref counters.ConnectFailed((CloseReason)i));
            }

            Opened += Volatile.Read(ref counters.Opened);
            Attempts += Volatile.Read(ref counters.Attempts);
            Reconnected += Volatile.Read(ref counters.Reconnected);
            BytesSent += Volatile.Read(ref counters.BytesSent);
            BytesReceived += Volatile.Read(ref counters.BytesReceived);
            MessagesAnswered += Volatile.Read(ref counters.MessagesAnswered);
            MessagesTimedOut += Volatile.Read(ref counters.MessagesTimedOut);
            MessagesLate += Volatile.Read(ref counters.MessagesLate);
            MessagesInvalid += Volatile.Read(ref counters.MessagesInvalid);
            MessagesLost += Volatile.Read(ref counters.MessagesLost);
            MessagesDropped += Volatile.Read(ref counters.MessagesDropped);
            MessagesSent += Volatile.Read(ref counters.MessagesSent);
            DatagramsSent += Volatile.Read(ref counters.DatagramsSent);
            DatagramsDropped += Volatile.Read(ref counters.DatagramsDropped);
            ExchangesAnswered += Volatile.Read(ref counters.ExchangesAnswered);
            ExchangesAborted += Volatile.Read(ref counters.ExchangesAborted);
            ExchangesCut += Volatile.Read(ref counters.ExchangesCut);
            DatagramsReceived += Volatile.Read(ref counters.DatagramsReceived);
            LoopCounters loop = worker.Shard.Loop;
            PortCollisions += Volatile.Read(ref loop.PortCollisions);
            AcceptFailures += Volatile.Read(ref loop.AcceptFailures);
            AcceptErrno = Math.Max(AcceptErrno, (int)Volatile.Read(ref loop.AcceptErrno));
            UserNs += worker.Times.UserNs;
            SystemNs += worker.Times.SystemNs;
        }
    }
}
