using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Adds up what the workers have counted so far.</summary>
internal static class Sampling
{
    /// <summary>A run before it has begun.</summary>
    public static Sample Start { get; } = Take([], Role.Client, 0, 0, 0, 0);

    public static Sample Take(
        IReadOnlyList<Worker> workers, Role role, long atNs, long requested, long peak, long retransmits)
    {
        Totals totals = new();
        foreach (Worker worker in workers)
        {
            totals.Add(worker, worker.Shard.Counters[(int)role]);
        }

        long opened = totals.Counts[Counter.Opened];
        long open = opened - totals.Closed.Sum();
        totals.Counts[Counter.MessagesOffered] = totals.Counts[Counter.MessagesSent];
        return new Sample
        {
            AtNs = atNs,
            Requested = requested,
            Open = open,
            Connecting = role == Role.Client ? totals.Counts[Counter.Attempts] - opened - totals.Failed.Sum() : 0,
            Peak = Math.Max(peak, open),
            Counts = totals.Counts,
            Closed = ReasonCounts.Of(totals.Closed),
            ConnectFailed = ReasonCounts.Of(totals.Failed),
            OtherErrnos = totals.OtherErrnos,
            Lost = LostOf(totals.Closed, role),
            Failed = totals.Failed.Sum() - totals.Failed[(int)CloseReason.Cancelled],
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

    private sealed class Totals
    {
        public readonly long[] Closed = new long[CloseReasons.Count];
        public readonly long[] Failed = new long[CloseReasons.Count];
        public readonly ReasonCounts OtherErrnos = [];
        public Counts Counts;
        public long PortCollisions;
        public long AcceptFailures;
        public int AcceptErrno;
        public long UserNs;
        public long SystemNs;

        public void Add(Worker worker, Counters counters)
        {
            // Ends before beginnings, as in the order of the counters.
            for (int i = 0; i < CloseReasons.Count; i++)
            {
                Closed[i] += Volatile.Read(ref counters.Closed((CloseReason)i));
                Failed[i] += Volatile.Read(ref counters.ConnectFailed((CloseReason)i));
            }

            Counts.Add(ref counters.Live);
            LoopCounters loop = worker.Shard.Loop;
            loop.OtherErrnos.AddTo(OtherErrnos);
            PortCollisions += Volatile.Read(ref loop.PortCollisions);
            AcceptFailures += Volatile.Read(ref loop.AcceptFailures);
            AcceptErrno = Math.Max(AcceptErrno, (int)Volatile.Read(ref loop.AcceptErrno));
            UserNs += worker.Times.UserNs;
            SystemNs += worker.Times.SystemNs;
        }
    }
}
