using Throng.Cluster;

namespace Throng.Tests.Cluster;

/// <summary>
/// The message system that all participants of a simulated cluster share: what it keeps, who listens, and the ways in
/// which it fails.
/// </summary>
internal sealed class SimulatedServer(VirtualTime time)
{
    private const long MaxAgeNs = 5_000_000_000;
    private const long LateMaxMs = 20_000;

    private readonly Dictionary<(Bucket Bucket, string Key), Value> _values = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _documents = [];
    private readonly List<SimulatedBus> _buses = [];
    private ulong _revision;

    public ClusterFaults Faults { get; set; } = ClusterFaults.None;

    /// <summary>Nobody can connect.</summary>
    public bool IsDead { get; private set; }

    /// <summary>A leader is elected: values are read and none is written.</summary>
    public bool IsElecting { get; private set; }

    public IEnumerable<string> Documents => _documents.Keys;

    public void Add(SimulatedBus bus) => _buses.Add(bus);

    public SimulatedBus? Find(string name) => _buses.Find(bus => bus.Name == name && !bus.IsClosed);

    public IReadOnlyList<SimulatedBus> Listeners(string subject) =>
        [.. _buses.Where(bus => bus.IsConnected && bus.Listens(subject))];

    /// <summary>The server ends, and another one with the same disk begins: what was only in memory is gone.</summary>
    public void Restart(long afterNs)
    {
        time.Say("server restarts");
        IsDead = true;
        foreach ((Bucket, string) key in _values.Keys.Where(key => key.Bucket != Bucket.Plans).ToArray())
        {
            _values.Remove(key);
        }

        foreach (SimulatedBus bus in _buses)
        {
            bus.Disconnect();
        }

        time.After(afterNs, () =>
        {
            IsDead = false;
            foreach (SimulatedBus bus in _buses)
            {
                bus.ConnectAfter(time.DrawMs(10, 2_500));
            }
        });
    }

    public void Elect(long forNs)
    {
        time.Say("election begins");
        IsElecting = true;
        time.After(forNs, () => IsElecting = false);
    }

    /// <summary>The outcome of a put as its writer hears it.</summary>
    public (PutOutcome Outcome, ulong Revision) Put(
        Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision)
    {
        if (!IsElecting && !time.Chance(Faults.PutUnknown))
        {
            return Apply(bucket, key, data, revision);
        }

        PutLate(bucket, key, data, revision);
        return (PutOutcome.Unknown, 0);
    }

    /// <summary>A put of which its writer hears nothing: half of them are applied all the same, and late.</summary>
    public void PutLate(Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision)
    {
        if (time.Chance(0.5))
        {
            time.After(time.DrawMs(0, LateMaxMs), () => Apply(bucket, key, data, revision));
        }
    }

    public (ReadOnlyMemory<byte>? Data, ulong Revision) Get(Bucket bucket, string key) =>
        Current(bucket, key) is { } value
            ? (value.Data, value.Revision)
            : ((ReadOnlyMemory<byte>?)null, 0); // without its type, null would be an empty value

    public Dictionary<string, ReadOnlyMemory<byte>> List(Bucket bucket) => _values.Keys
        .Where(key => key.Bucket == bucket && Current(bucket, key.Key) is not null)
        .ToDictionary(key => key.Key, key => _values[key].Data);

    public void Remove(Bucket bucket, string key)
    {
        if (_values.Remove((bucket, key)))
        {
            _revision++;
        }
    }

    /// <summary>A document that is not whole may be there and may not.</summary>
    public bool Save(string name, ReadOnlyMemory<byte> document)
    {
        bool isWhole = !IsElecting && !time.Chance(Faults.SaveFails);
        if (isWhole || time.Chance(0.3))
        {
            _documents[name] = document;
        }

        return isWhole;
    }

    public ReadOnlyMemory<byte>? Load(string name) =>
        !time.Chance(Faults.LoadFails) && _documents.TryGetValue(name, out ReadOnlyMemory<byte> document)
            ? document
            : (ReadOnlyMemory<byte>?)null;

    public void Discard(string name) => _documents.Remove(name);

    private Value? Current(Bucket bucket, string key) =>
        _values.TryGetValue((bucket, key), out Value? value)
            && (bucket == Bucket.Plans || time.NowNs - value.AtNs <= MaxAgeNs) ? value : null;

    private (PutOutcome, ulong) Apply(Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision)
    {
        if (revision is { } over && over != (Current(bucket, key)?.Revision ?? 0))
        {
            return (PutOutcome.Conflict, 0);
        }

        _values[(bucket, key)] = new Value(data, ++_revision, time.NowNs);
        return (PutOutcome.Done, _revision);
    }

    private sealed record Value(ReadOnlyMemory<byte> Data, ulong Revision, long AtNs);
}
