using System.Diagnostics.CodeAnalysis;
using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// The message system over NATS with JetStream. One thread connects, calls and takes events; it shares its descriptors
/// with the process, for the sockets are read by the thread pool. Everything else goes on in tasks, and each ends in an
/// event: whatever a library throws, a call with an id has one outcome.
/// </summary>
public sealed class NatsBus : IBus, IDisposable
{
    private static readonly TimeSpan Tending = TimeSpan.FromSeconds(1);

    private readonly BusSpec _spec;
    private readonly EventQueue _events = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly NatsLink _control;
    private readonly NatsLink? _figures;
    private readonly NatsBuckets _buckets;
    private readonly NatsResults _results;
    private readonly Dictionary<string, Task> _leaving = [];
    private Timer? _tending;
    private int _calls;
    private int _changes;

    private NatsBus(BusSpec spec)
    {
        _spec = spec;
        _control = new NatsLink(spec, spec.Subjects, _events, _ending.Token);
        _figures = spec.Figures.Count > 0 ? new NatsLink(spec, spec.Figures, _events, _ending.Token) : null;
        JetStream store = new(_control);
        _buckets = new NatsBuckets(_control, store);
        _results = new NatsResults(_control, store);
        _control.CameBack = OnBack;
        _control.Lost = OnLost;
    }

    /// <inheritdoc/>
    public bool IsConnected => _control.IsOpen;

    /// <summary>Messages that nobody has taken yet.</summary>
    internal int Untaken => _events.Messages;

    /// <summary>
    /// Connects, and makes the buckets where that is asked for. Blocks for at most 5 s, 15 s in a cluster that has only
    /// begun.
    /// </summary>
    /// <exception cref="BusException">It cannot be done, and why.</exception>
    public static NatsBus Connect(BusSpec spec)
    {
        spec.Check();
        NatsBus bus = new(spec);
        try
        {
            Task.Run(bus.StartAsync).GetAwaiter().GetResult();
            return bus;
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>Takes the next event; false: none came in time, or <see cref="Wake"/> was called.</summary>
    public bool TryTake([NotNullWhen(true)] out BusEvent? next, TimeSpan timeout) => _events.TryTake(out next, timeout);

    /// <summary>Ends the wait of <see cref="TryTake"/>, this one or the next. Any thread may call it.</summary>
    public void Wake() => _events.Wake();

    /// <inheritdoc/>
    public void Publish(string subject, ReadOnlyMemory<byte> data)
    {
        if (_leaving.TryGetValue(subject, out Task? before) && !before.IsCompleted)
        {
            return;
        }

        _ = _leaving.Remove(subject);
        if (Send(subject, data) is { } waiting)
        {
            _leaving.Add(subject, waiting);
        }
    }

    /// <inheritdoc/>
    public void Answer(string to, ReadOnlyMemory<byte> data) => _ = Send(to, data);

    /// <inheritdoc/>
    public void Ask(long id, string subject, ReadOnlyMemory<byte> data, TimeSpan timeout) => Begin(
        new Answered(id, null),
        async ending =>
        {
            NatsMsg<byte[]> answer = await _control.Now.RequestAsync(
                subject,
                data,
                requestSerializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { Timeout = timeout },
                cancellationToken: ending).ConfigureAwait(false);
            return new Answered(id, answer.Data ?? []);
        },
        timeout,
        isOnlyOpen: true);

    /// <inheritdoc/>
    public void Put(long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision = null) => Begin(
        new Stored(id, PutOutcome.Unknown, 0),
        async ending => await _buckets.PutAsync(id, bucket, key, data, revision, ending).ConfigureAwait(false),
        NatsBuckets.WriteLimit(bucket));

    /// <inheritdoc/>
    public void Get(long id, Bucket bucket, string key) => Begin(
        new Found(id, null, 0, IsUnknown: true),
        async ending => await _buckets.GetAsync(id, bucket, key, ending).ConfigureAwait(false),
        NatsBuckets.ReadLimit);

    /// <inheritdoc/>
    public void Remove(Bucket bucket, string key) => Begin(
        null,
        async ending =>
        {
            await _buckets.RemoveAsync(bucket, key, ending).ConfigureAwait(false);
            return null;
        },
        NatsBuckets.WriteLimit(bucket),
        isOnlyOpen: true);

    /// <inheritdoc/>
    public void List(long id, Bucket bucket) => Begin(
        new Listed(id, null),
        async ending => await _buckets.ListAsync(id, bucket, ending).ConfigureAwait(false),
        NatsBuckets.ReadLimit);

    /// <inheritdoc/>
    public void Save(long id, string name, ReadOnlyMemory<byte> document) => Begin(
        new Saved(id, IsWhole: false),
        async ending => await _results.SaveAsync(id, name, document, ending).ConfigureAwait(false),
        NatsResults.Limit);

    /// <inheritdoc/>
    public void Load(long id, string name) => Begin(
        new Loaded(id, null),
        async ending => await _results.LoadAsync(id, name, ending).ConfigureAwait(false),
        NatsResults.Limit);

    /// <inheritdoc/>
    public void Discard(string name) => Begin(
        null,
        async ending =>
        {
            await _results.DiscardAsync(name, ending).ConfigureAwait(false);
            return null;
        },
        NatsResults.Limit,
        isOnlyOpen: true);

    /// <summary>
    /// Sends what has been published, and disconnects; at most 3 s. Calls that go on end with the outcome of a failure,
    /// which can still be taken.
    /// </summary>
    public void Dispose()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        _tending?.Dispose();
        if (_control.IsOpen)
        {
            // What was sent before a ping that is answered has arrived.
            Within(TimeSpan.FromSeconds(1), async () => await _control.Now.PingAsync().ConfigureAwait(false));
        }

        _ending.Cancel();
        _ = SpinWait.SpinUntil(() => Volatile.Read(ref _calls) == 0, TimeSpan.FromSeconds(1));
        Within(TimeSpan.FromSeconds(1), async () =>
        {
            await _control.DisposeAsync().ConfigureAwait(false);
            if (_figures is not null)
            {
                await _figures.DisposeAsync().ConfigureAwait(false);
            }
        });
    }

    private static void Within(TimeSpan limit, Func<Task> act)
    {
        try
        {
            Task.Run(act).WaitAsync(limit).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is NatsException or OperationCanceledException or TimeoutException)
        {
            // It has had its time.
        }
    }

    private async Task StartAsync()
    {
        await _control.StartAsync().ConfigureAwait(false);
        await (_figures?.StartAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        if (_spec.MakesBuckets)
        {
            await MakeBucketsAsync().ConfigureAwait(false);
        }

        // Once a second, which keeps the thread pool from going idle too: a thread that it made later would be born of
        // whichever thread queued work, and might have that one's descriptors.
        _tending = new Timer(_ => _ = TendAsync(), null, Tending, Tending);
        _events.Post(new BusConnected());
    }

    private async Task TendAsync()
    {
        await _control.TendAsync().ConfigureAwait(false);
        await (_figures?.TendAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private void OnLost(string reason)
    {
        _ = Interlocked.Increment(ref _changes);
        _events.Post(new BusDisconnected(reason));
    }

    /// <summary>Tells of it once the buckets are there, which a restart of the server may have emptied.</summary>
    private void OnBack(NatsConnection connection)
    {
        int change = Interlocked.Increment(ref _changes);
        _ = Task.Run(async () =>
        {
            try
            {
                if (_spec.MakesBuckets)
                {
                    await MakeBucketsAsync().ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is BusException or NatsException or OperationCanceledException)
            {
                _control.Refuse(failure.Message);
            }

            if (change == Volatile.Read(ref _changes))
            {
                _events.Post(new BusConnected());
            }
        });
    }

    private async Task MakeBucketsAsync()
    {
        BucketMaking making = new(_control, _buckets, _results);
        await making.MakeAllAsync(_ending.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a message that is dropped with the connection; the task of one that waits, null: it left.
    /// </summary>
    private Task? Send(string subject, ReadOnlyMemory<byte> data)
    {
        CancellationToken open = _control.WhileOpen;
        if (!_control.IsOpen)
        {
            return null;
        }

        try
        {
            Task sending = _control.Now.PublishAsync(
                subject, data, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: open)
                .AsTask();
            return sending.IsCompleted ? null : sending;
        }
        catch (Exception refusal) when (refusal is NatsException or ArgumentException)
        {
            _control.Refuse($"{subject}: {refusal.Message}");
            return null;
        }
    }

    private void Begin(
        BusEvent? failed, Func<CancellationToken, Task<BusEvent?>> work, TimeSpan limit, bool isOnlyOpen = false)
    {
        if (_ending.IsCancellationRequested || (isOnlyOpen && !_control.IsOpen))
        {
            Tell(failed);
            return;
        }

        _ = Interlocked.Increment(ref _calls);
        _ = Task.Run(() => RunAsync(failed, work, limit));
    }

    private async Task RunAsync(BusEvent? failed, Func<CancellationToken, Task<BusEvent?>> work, TimeSpan limit)
    {
        BusEvent? outcome = failed;
        try
        {
            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            ending.CancelAfter(limit);
            outcome = await work(ending.Token).WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (ArgumentException wrong)
        {
            _control.Refuse(wrong.Message);
        }
        catch (Exception)
        {
            // Whatever the library throws, the caller is told that it failed.
        }
        finally
        {
            Tell(outcome);
            _ = Interlocked.Decrement(ref _calls);
        }
    }

    private void Tell(BusEvent? outcome)
    {
        if (outcome is not null)
        {
            _events.Post(outcome);
        }
    }
}
