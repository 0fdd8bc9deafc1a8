using Throng.Cluster;
using Throng.Nats;

namespace Throng;

/// <summary>
/// Questions to the message system, each waited for: for commands that ask a few things and end. Whatever else comes
/// meanwhile is dropped.
/// </summary>
internal sealed class BusDesk(NatsBus bus)
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private long _nextId;

    /// <summary>All values of a bucket by key; none where it cannot be read.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> List(Bucket bucket)
    {
        long id = ++_nextId;
        bus.List(id, bucket);
        return Await<Listed>(listed => listed.Id == id)?.Values ?? new Dictionary<string, ReadOnlyMemory<byte>>();
    }

    public Found? Get(Bucket bucket, string key)
    {
        long id = ++_nextId;
        bus.Get(id, bucket, key);
        return Await<Found>(found => found.Id == id);
    }

    /// <summary>An agent's answer; null: it did not answer.</summary>
    /// <param name="asked">When the order left.</param>
    /// <param name="answered">When the answer came.</param>
    public OrderAnswer? Ask(string agent, Order order, out ClusterTime asked, out ClusterTime answered)
    {
        long id = ++_nextId;
        asked = HostClock.Now;
        bus.Ask(id, ClusterProtocol.OrdersTo(agent), ClusterJson.Write(order), TimeSpan.FromSeconds(2));
        Answered? came = Await<Answered>(one => one.Id == id);
        answered = HostClock.Now;
        return came?.Data is { } data && ClusterJson.TryRead(data, out OrderAnswer? answer) ? answer : null;
    }

    private T? Await<T>(Func<T, bool> isIt)
        where T : BusEvent
    {
        for (long untilNs = HostClock.Now.Ns + (AnswerMax.Ticks * 100); HostClock.Now.Ns < untilNs;)
        {
            if (bus.TryTake(out BusEvent? happened, Turn) && happened is T came && isIt(came))
            {
                return came;
            }
        }

        return null;
    }
}
