using System.Collections.Concurrent;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>The small values: three buckets, each a stream of the server.</summary>
internal sealed class NatsBuckets(NatsLink link)
{
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Bucket, Opened> _opened = new();

    /// <summary>Time in which a value is read, or nobody knows.</summary>
    public static TimeSpan ReadLimit { get; } = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Bucket> All { get; } = [Bucket.Agents, Bucket.Leads, Bucket.Plans];

    public static string NameOf(Bucket bucket) => bucket switch
    {
        Bucket.Agents => "throng-agents",
        Bucket.Leads => "throng-lead",
        _ => "throng-plan",
    };

    /// <summary>
    /// Time in which a value is written, or nobody knows: a plan waits for the election of another node, a value that
    /// goes after 5 s does not.
    /// </summary>
    public static TimeSpan WriteLimit(Bucket bucket) => TimeSpan.FromSeconds(bucket == Bucket.Plans ? 15 : 4);

    /// <summary>Makes a bucket unless it is there, and checks how the server keeps it.</summary>
    /// <exception cref="BusException">It is kept otherwise.</exception>
    public async Task MakeAsync(Bucket bucket, int copies, CancellationToken ending)
    {
        NatsKVConfig wanted = new(NameOf(bucket))
        {
            History = 1,
            MaxAge = bucket == Bucket.Plans ? TimeSpan.Zero : TimeSpan.FromSeconds(5),
            Storage = bucket == Bucket.Plans ? NatsKVStorageType.File : NatsKVStorageType.Memory,
            NumberOfReplicas = copies,
        };
        NatsKVContext context = new(JetStream(link.Now));
        try
        {
            _ = await context.CreateStoreAsync(wanted, ending).ConfigureAwait(false);
        }
        catch (NatsJSApiException other) when (other.Error.ErrCode == ServerErrors.OtherConfiguration)
        {
            // It is there, perhaps with fewer copies; what counts is checked below.
        }

        INatsJSStream stream = await context.JetStreamContext
            .GetStreamAsync($"KV_{wanted.Bucket}", cancellationToken: ending).ConfigureAwait(false);
        StreamConfig kept = stream.Info.Config;
        bool isFile = kept.Storage == StreamConfigStorage.File;
        if (kept.MaxAge != wanted.MaxAge || kept.MaxMsgsPerSubject != 1 || isFile != (bucket == Bucket.Plans))
        {
            throw new BusException(
                $"the bucket {wanted.Bucket} is kept otherwise (age {kept.MaxAge}, history {kept.MaxMsgsPerSubject}, "
                    + $"{kept.Storage})",
                $"delete it: nats stream rm KV_{wanted.Bucket}");
        }
    }

    /// <summary>Writes, again and again while nobody confirms it; the server takes a repeated one for the same.</summary>
    public async Task<Stored> PutAsync(
        long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision, CancellationToken ending)
    {
        Stored unknown = new(id, PutOutcome.Unknown, 0);
        long end = Environment.TickCount64 + (long)WriteLimit(bucket).TotalMilliseconds;
        string mark = Guid.NewGuid().ToString("N");
        ulong? over = revision;
        bool mayBeThere = false;
        while (Environment.TickCount64 < end)
        {
            PubAckResponse? ack = await TryWriteAsync(bucket, key, data, over, mark, ending).ConfigureAwait(false);
            if (ack is { Error: null })
            {
                return new Stored(id, PutOutcome.Done, ack.Seq);
            }

            if (ack is { Error: { } error } && ServerErrors.IsConflict(error))
            {
                Entry there = await ReadAsync(bucket, key, end, ending).ConfigureAwait(false);
                if (there.IsUnknown)
                {
                    return unknown;
                }

                if (mayBeThere && there.Data is { } value && value.Span.SequenceEqual(data.Span))
                {
                    return new Stored(id, PutOutcome.Done, there.Revision);
                }

                bool isOverRemoved = revision == 0 && there.Data is null && there.Revision > 0 && over != there.Revision;
                if (!isOverRemoved)
                {
                    return new Stored(id, PutOutcome.Conflict, 0);
                }

                (over, mark) = (there.Revision, Guid.NewGuid().ToString("N"));
                continue;
            }

            if (ack is { Error: { } refusal } && ServerErrors.IsFull(refusal))
            {
                return unknown;
            }

            mayBeThere |= ack is null;
            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }

        return unknown;
    }

    public async Task<Found> GetAsync(long id, Bucket bucket, string key, CancellationToken ending)
    {
        long end = Environment.TickCount64 + (long)ReadLimit.TotalMilliseconds;
        Entry entry = await ReadAsync(bucket, key, end, ending).ConfigureAwait(false);
        return new Found(id, entry.Data, entry.Data is null ? 0 : entry.Revision, entry.IsUnknown);
    }

    public async Task<Listed> ListAsync(long id, Bucket bucket, CancellationToken ending)
    {
        string prefix = $"$KV.{NameOf(bucket)}.";
        long end = Environment.TickCount64 + (long)ReadLimit.TotalMilliseconds;
        IReadOnlyCollection<string>? subjects = await Again(
            async limit =>
            {
                INatsJSStream stream = await JetStream(link.Now).GetStreamAsync(
                    $"KV_{NameOf(bucket)}", new StreamInfoRequest { SubjectsFilter = $"{prefix}>" }, limit)
                    .ConfigureAwait(false);
                return (IReadOnlyCollection<string>)[.. stream.Info.State.Subjects?.Keys ?? []];
            },
            end,
            ending).ConfigureAwait(false);
        if (subjects is null)
        {
            return new Listed(id, null);
        }

        ConcurrentDictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);
        bool isWhole = true;
        ParallelOptions few = new() { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = ending };
        await Parallel.ForEachAsync(
            subjects.Select(subject => subject[prefix.Length..]),
            few,
            async (key, token) =>
            {
                Entry entry = await ReadAsync(bucket, key, end, token).ConfigureAwait(false);
                if (entry.IsUnknown)
                {
                    Volatile.Write(ref isWhole, false);
                }
                else if (entry.Data is { } value)
                {
                    values[key] = value;
                }
            }).ConfigureAwait(false);
        return new Listed(id, isWhole ? values : null);
    }

    public async Task RemoveAsync(Bucket bucket, string key, CancellationToken ending)
    {
        INatsKVStore store = await StoreAsync(bucket, ending).ConfigureAwait(false);
        await store.DeleteAsync(key, cancellationToken: ending).ConfigureAwait(false);
    }

    internal static NatsJSContext JetStream(NatsConnection connection) =>
        new(connection, new NatsJSOpts(connection.Opts, requestTimeout: Attempt));

    /// <summary>One try to write; null: nobody confirmed it, and it may be written yet.</summary>
    private async Task<PubAckResponse?> TryWriteAsync(
        Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? over, string mark, CancellationToken ending)
    {
        if (!link.IsOpen)
        {
            return null;
        }

        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(ending, link.WhileOpen);
        limit.CancelAfter(Attempt);
        try
        {
            NatsJSPubOpts options = new() { MsgId = mark, ExpectedLastSubjectSequence = over };
            return await JetStream(link.Now).PublishAsync(
                $"$KV.{NameOf(bucket)}.{key}", data, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, options,
                cancellationToken: limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NatsException or OperationCanceledException)
        {
            ending.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<Entry> ReadAsync(Bucket bucket, string key, long end, CancellationToken ending) =>
        await Again<Entry>(
            async limit =>
            {
                INatsKVStore store = await StoreAsync(bucket, limit).ConfigureAwait(false);
                NatsResult<NatsKVEntry<byte[]>> read = await store.TryGetEntryAsync(
                    key, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: limit).ConfigureAwait(false);
                return read switch
                {
                    { Success: true, Value: { } entry } => new Entry(new ReadOnlyMemory<byte>(entry.Value ?? []), entry.Revision),
                    { Error: NatsKVKeyDeletedException removed } => new Entry(null, removed.Revision),
                    { Error: NatsKVKeyNotFoundException } => new Entry(null, 0),
                    _ => throw read.Error,
                };
            },
            end,
            ending).ConfigureAwait(false) ?? Entry.Unknown;

    /// <summary>Tries until it works or the time is over; null: it did not work.</summary>
    private async Task<T?> Again<T>(Func<CancellationToken, Task<T>> act, long end, CancellationToken ending)
        where T : class
    {
        while (true)
        {
            try
            {
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
                limit.CancelAfter(Attempt);
                if (link.IsOpen)
                {
                    return await act(limit.Token).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is NatsException or OperationCanceledException)
            {
                ending.ThrowIfCancellationRequested();
            }

            if (Environment.TickCount64 + Pause.TotalMilliseconds >= end)
            {
                return null;
            }

            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }
    }

    private async ValueTask<INatsKVStore> StoreAsync(Bucket bucket, CancellationToken ending)
    {
        NatsConnection now = link.Now;
        if (_opened.TryGetValue(bucket, out Opened? opened) && opened.Connection == now)
        {
            return opened.Store;
        }

        INatsKVStore store = await new NatsKVContext(JetStream(now))
            .GetStoreAsync(NameOf(bucket), ending).ConfigureAwait(false);
        _opened[bucket] = new Opened(now, store);
        return store;
    }

    private sealed record Opened(NatsConnection Connection, INatsKVStore Store);

    /// <summary>A value with its revision; no value and a revision: it was removed.</summary>
    private sealed record Entry(ReadOnlyMemory<byte>? Data, ulong Revision, bool IsUnknown = false)
    {
        public static Entry Unknown { get; } = new(null, 0, IsUnknown: true);
    }
}
