using System.Collections.Concurrent;
using System.Text.Json;
using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>The small values: three buckets, laid out as NATS's key-value stores are.</summary>
internal sealed class NatsBuckets(NatsLink link, JetStream store)
{
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

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
        TimeSpan age = bucket == Bucket.Plans ? TimeSpan.Zero : TimeSpan.FromSeconds(5);
        JsonElement kept = await store.MakeAsync(
            Stream(bucket), $"\"{Subject(bucket, ">")}\"", isOnDisk: bucket == Bucket.Plans, age, perSubject: 1, copies,
            ending).ConfigureAwait(false);
        TimeSpan keptAge = TimeSpan.FromTicks(kept.Number("max_age") / TimeSpan.NanosecondsPerTick);
        long history = kept.Number("max_msgs_per_subject");
        string storage = kept.Words("storage");
        if (keptAge != age || history != 1 || storage != (bucket == Bucket.Plans ? "file" : "memory"))
        {
            throw new BusException(
                $"the bucket {NameOf(bucket)} is kept otherwise (age {keptAge}, history {history}, {storage})",
                $"delete it: nats stream rm {Stream(bucket)}");
        }
    }

    /// <summary>
    /// Writes, again and again while nobody confirms it; the server takes a repeated one for the same.
    /// </summary>
    public async Task<Stored> PutAsync(
        long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision, CancellationToken ending)
    {
        string subject = Subject(bucket, JetStream.Checked(key));
        Stored unknown = new(id, PutOutcome.Unknown, 0);
        long end = Environment.TickCount64 + (long)WriteLimit(bucket).TotalMilliseconds;
        string mark = Guid.NewGuid().ToString("N");
        ulong? over = revision;
        bool mayBeThere = false;
        while (Environment.TickCount64 < end)
        {
            try
            {
                if (link.IsOpen)
                {
                    using CancellationTokenSource limit =
                        CancellationTokenSource.CreateLinkedTokenSource(ending, link.WhileOpen);
                    limit.CancelAfter(Attempt);
                    ulong written = await store.StoreAsync(subject, data, mark, over, [], limit.Token)
                        .ConfigureAwait(false);
                    return new Stored(id, PutOutcome.Done, written);
                }
            }
            catch (JetStreamException refusal) when (refusal.IsConflict)
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

                if (revision != 0 || there.Data is not null || there.Revision == 0 || over == there.Revision)
                {
                    return new Stored(id, PutOutcome.Conflict, 0);
                }

                // Not there, since it was removed: written over the word of that.
                (over, mark) = (there.Revision, Guid.NewGuid().ToString("N"));
                continue;
            }
            catch (JetStreamException refusal) when (refusal.IsFull)
            {
                return unknown;
            }
            catch (Exception failure) when (failure is NatsException or OperationCanceledException)
            {
                ending.ThrowIfCancellationRequested();
                mayBeThere = true;
            }

            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }

        return unknown;
    }

    public async Task<Found> GetAsync(long id, Bucket bucket, string key, CancellationToken ending)
    {
        long end = Environment.TickCount64 + (long)ReadLimit.TotalMilliseconds;
        Entry entry = await ReadAsync(bucket, JetStream.Checked(key), end, ending).ConfigureAwait(false);
        return new Found(id, entry.Data, entry.Data is null ? 0 : entry.Revision, entry.IsUnknown);
    }

    public async Task<Listed> ListAsync(long id, Bucket bucket, CancellationToken ending)
    {
        long end = Environment.TickCount64 + (long)ReadLimit.TotalMilliseconds;
        IReadOnlyList<string>? keys = await Again(limit => KeysAsync(bucket, limit), end, ending).ConfigureAwait(false);
        if (keys is null)
        {
            return new Listed(id, null);
        }

        ConcurrentDictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);
        bool isWhole = true;
        ParallelOptions few = new() { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = ending };
        await Parallel.ForEachAsync(
            keys,
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
        string subject = Subject(bucket, JetStream.Checked(key));
        NatsHeaders removed = new() { ["KV-Operation"] = "DEL" };
        _ = await store.StoreAsync(subject, default, null, null, removed, ending).ConfigureAwait(false);
    }

    private static string Stream(Bucket bucket) => $"KV_{NameOf(bucket)}";

    private static string Subject(Bucket bucket, string key) => $"$KV.{NameOf(bucket)}.{key}";

    private async Task<IReadOnlyList<string>> KeysAsync(Bucket bucket, CancellationToken ending)
    {
        string all = Subject(bucket, ">");
        JsonElement told = await store.AskAsync(
            $"STREAM.INFO.{Stream(bucket)}", $$"""{"subjects_filter":"{{all}}"}""", ending).ConfigureAwait(false);
        return told.Part("state").TryGetProperty("subjects", out JsonElement subjects)
            && subjects.ValueKind == JsonValueKind.Object
            ? [.. subjects.EnumerateObject().Select(subject => subject.Name[(all.Length - 1)..])]
            : [];
    }

    private async Task<Entry> ReadAsync(Bucket bucket, string key, long end, CancellationToken ending) =>
        await Again(
            async limit =>
            {
                string request = $$"""{"last_by_subj":"{{Subject(bucket, key)}}"}""";
                StoredMessage? read = await store.ReadAsync(Stream(bucket), request, limit).ConfigureAwait(false);
                return read switch
                {
                    null => Entry.None,
                    { IsRemoved: true } => new Entry(null, read.Sequence),
                    _ => new Entry(read.Data, read.Sequence),
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

    /// <summary>A value with its revision; no value and a revision: it was removed.</summary>
    private sealed record Entry(ReadOnlyMemory<byte>? Data, ulong Revision, bool IsUnknown = false)
    {
        public static Entry None { get; } = new(null, 0);

        public static Entry Unknown { get; } = new(null, 0, IsUnknown: true);
    }
}
