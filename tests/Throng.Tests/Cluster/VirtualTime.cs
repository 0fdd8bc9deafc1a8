using Throng.Measurement;

namespace Throng.Tests.Cluster;

/// <summary>The time of a simulated cluster, and what is to happen in it; moments that are equal keep their order.
/// </summary>
internal sealed class VirtualTime(ulong seed)
{
    private readonly PriorityQueue<Action, (long AtNs, long Order)> _due = new();
    private Prng _random = new(seed);
    private long _order;

    public long NowNs { get; private set; }

    /// <summary>Takes a line of all that happens; null: nobody reads it.</summary>
    public Action<string>? Log { get; init; }

    public void After(long ns, Action happens) => At(NowNs + ns, happens);

    public void At(long ns, Action happens) => _due.Enqueue(happens, (Math.Max(ns, NowNs), _order++));

    /// <summary>Lets everything happen until something holds, or until a moment; whether it holds.</summary>
    public bool RunUntil(long untilNs, Func<bool> holds)
    {
        while (!holds())
        {
            if (!_due.TryPeek(out _, out (long AtNs, long) next) || next.AtNs > untilNs)
            {
                NowNs = untilNs;
                return holds();
            }

            NowNs = next.AtNs;
            _due.Dequeue()();
        }

        return true;
    }

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Between two numbers, both included.</summary>
    public long Draw(long min, long max) => _random.NextInRange(min, max);

    public long DrawMs(long min, long max) => Draw(min * 1_000_000, max * 1_000_000);

    public void Say(string text) => Log?.Invoke($"{NowNs / 1e9,10:F4} {text}");
}
