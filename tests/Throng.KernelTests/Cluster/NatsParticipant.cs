using Throng.Cluster;
using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A bus whose events a test takes one by one, and looks for.</summary>
internal sealed class NatsParticipant(BusSpec spec) : IDisposable
{
    private readonly List<BusEvent> _waiting = [];
    private long _id;

    public NatsBus Bus { get; } = NatsBus.Connect(spec);

    /// <summary>Everything that has come, in order.</summary>
    public List<BusEvent> Seen { get; } = [];

    /// <summary>The next event of a kind; the others stay.</summary>
    public T Next<T>(Func<T, bool>? isWanted = null)
        where T : BusEvent
    {
        T? found = null;
        Eventually.Holds(
            () =>
            {
                TakeAll();
                found = _waiting.OfType<T>().FirstOrDefault(isWanted ?? (_ => true));
                return found is not null;
            },
            () => $"no {typeof(T).Name} of {spec.Name}; there is {string.Join(", ", _waiting)}");
        _waiting.Remove(found!);
        return found!;
    }

    /// <summary>Whether an event of a kind is there.</summary>
    public bool Has<T>(Func<T, bool>? isWanted = null)
        where T : BusEvent
    {
        TakeAll();
        return _waiting.OfType<T>().Any(isWanted ?? (_ => true));
    }

    public Stored Put(Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision = null)
    {
        Bus.Put(++_id, bucket, key, data, revision);
        return Next<Stored>(one => one.Id == _id);
    }

    public Found Get(Bucket bucket, string key)
    {
        Bus.Get(++_id, bucket, key);
        return Next<Found>(one => one.Id == _id);
    }

    public Listed List(Bucket bucket)
    {
        Bus.List(++_id, bucket);
        return Next<Listed>(one => one.Id == _id);
    }

    public Saved Save(string name, ReadOnlyMemory<byte> document)
    {
        Bus.Save(++_id, name, document);
        return Next<Saved>(one => one.Id == _id);
    }

    public Loaded Load(string name)
    {
        Bus.Load(++_id, name);
        return Next<Loaded>(one => one.Id == _id);
    }

    public Answered Ask(string subject, ReadOnlyMemory<byte> data)
    {
        Bus.Ask(++_id, subject, data, Eventually.Patience);
        return Next<Answered>(one => one.Id == _id);
    }

    /// <summary>Asserts that nothing was told twice: every id has one outcome.</summary>
    public void HasOneOutcomeEach()
    {
        TakeAll();
        IEnumerable<long> ids = Seen.Select(one => one switch
        {
            Stored stored => stored.Id,
            Found found => found.Id,
            Listed listed => listed.Id,
            Saved saved => saved.Id,
            Loaded loaded => loaded.Id,
            Answered answered => answered.Id,
            _ => 0,
        }).Where(id => id != 0);
        Assert.Equal(ids.Distinct(), ids);
    }

    public void Dispose() => Bus.Dispose();

    private void TakeAll()
    {
        while (Bus.TryTake(out BusEvent? next, TimeSpan.Zero))
        {
            Seen.Add(next);
            _waiting.Add(next);
        }
    }
}
