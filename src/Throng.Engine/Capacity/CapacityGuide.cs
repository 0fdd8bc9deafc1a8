using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Shows a search for a capacity what all workers count, and hands its orders to them.</summary>
internal sealed class CapacityGuide(CapacitySpec spec) : IGuide
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly CapacitySearch _search = new(spec.Plan);
    private readonly List<CapacityTally> _tallies = [];
    private int[] _fatesTold = [];
    private CapacityCounts _last = new();

    public bool IsOver => _search.IsOver;

    public string OverBy => RunStates.Search;

    public TimeSpan Pause => LookInterval;

    public string Doing => _search.Doing;

    public CapacityResult Result => _search.Result;

    IOwnResult IGuide.Result => Result;

    /// <summary>Makes the tally that a worker counts in; any thread, before the run begins.</summary>
    public CapacityTally NewTally()
    {
        CapacityTally tally = new();
        lock (_tallies)
        {
            _tallies.Add(tally);
        }

        return tally;
    }

    /// <summary>State of the run at the last look, in figures for a view of it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Figures() =>
    [
        new("held", Units.Count(_last.Held)), new("not worked", Units.Count(_last.NotServed)),
        new("gone", Units.Count(_last.Evicted)),
        new("checked", $"{Units.Count(_last.Checks)}, {Units.Count(_last.ChecksAnswered)} answered"),
    ];

    public WorkerMessage? Next(WorkerGroup group)
    {
        Counters[] counters = [.. group.Workers.Select(worker => worker.Shard.Counters[(int)Role.Client])];
        int done = _tallies.Min(tally => Volatile.Read(ref tally.Done)); // before what was counted by then
        NetCounters kernel = NetCounters.Read();
        CapacityLook look = new(Clock.NowNs(), CapacityTally.Sum(_tallies, counters), done)
        {
            ListenOverflows = kernel.ListenOverflows ?? 0,
            SynRetransmits = kernel.SynRetransmits ?? 0,
            ConntrackDrops = kernel.Conntrack?.Dropped ?? 0,
        };
        _last = look.Counts;
        return _search.Next(look, TakeFates) is { } order
            ? new WorkerMessage(WorkerMessageKind.Capacity, order.Connections) { Capacity = order }
            : null;
    }

    private List<ConnectionFate> TakeFates()
    {
        List<ConnectionFate> fates = [];
        Array.Resize(ref _fatesTold, _tallies.Count);
        for (int i = 0; i < _tallies.Count; i++)
        {
            ReadOnlySpan<ConnectionFate> all = _tallies[i].Fates.Items;
            fates.AddRange(all[_fatesTold[i]..]);
            _fatesTold[i] = all.Length;
        }

        return fates;
    }
}
