using System.Globalization;
using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.ObjectStore;
using NATS.Client.ObjectStore.Models;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>The documents of any size: an object store of the server, on its disk.</summary>
internal sealed class NatsResults(NatsLink link)
{
    internal const string Store = "throng-results";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    /// <summary>Time for a document, over a slow line too.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    /// <exception cref="BusException">It is kept otherwise.</exception>
    public async Task MakeAsync(int copies, CancellationToken ending)
    {
        NatsJSContext context = JetStream();
        try
        {
            NatsObjConfig wanted = new(Store) { Storage = NatsObjStorageType.File, NumberOfReplicas = copies };
            _ = await new NatsObjContext(context).CreateObjectStoreAsync(wanted, ending).ConfigureAwait(false);
        }
        catch (NatsJSApiException other) when (other.Error.ErrCode == ServerErrors.OtherConfiguration)
        {
            // It is there, perhaps with fewer copies; what counts is checked below.
        }

        INatsJSStream stream = await context
            .GetStreamAsync($"OBJ_{Store}", cancellationToken: ending).ConfigureAwait(false);
        StreamConfig kept = stream.Info.Config;
        if (kept.Storage != StreamConfigStorage.File || kept.MaxAge != TimeSpan.Zero)
        {
            throw new BusException(
                $"the store {Store} is kept otherwise (age {kept.MaxAge}, {kept.Storage})",
                $"delete it: nats stream rm OBJ_{Store}");
        }
    }

    /// <summary>Stores a document, again until it is there with its size and digest.</summary>
    public async Task<Saved> SaveAsync(long id, string name, ReadOnlyMemory<byte> document, CancellationToken ending)
    {
        byte[] bytes = document.ToArray();
        string digest = Convert.ToBase64String(SHA256.HashData(bytes));
        bool mayBeThere = false;
        while (true)
        {
            try
            {
                if (link.IsOpen)
                {
                    INatsObjStore store = await StoreAsync(ending).ConfigureAwait(false);
                    if (mayBeThere && await IsThereAsync(store, name, bytes.Length, digest, ending).ConfigureAwait(false))
                    {
                        return new Saved(id, IsWhole: true);
                    }

                    mayBeThere = true;
                    _ = await store.PutAsync(name, bytes, ending).ConfigureAwait(false);
                    continue;
                }
            }
            catch (NatsJSApiException refusal) when (ServerErrors.IsFull(refusal.Error))
            {
                return new Saved(id, IsWhole: false);
            }
            catch (Exception failure) when (failure is NatsException or OperationCanceledException)
            {
                ending.ThrowIfCancellationRequested();
            }

            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads a document piece by piece with requests: a subscription of the server's to send them by itself would need
    /// the right to have anything sent anywhere.
    /// </summary>
    public async Task<Loaded> LoadAsync(long id, string name, CancellationToken ending)
    {
        for (int tries = 0; tries < 5; tries++)
        {
            try
            {
                INatsObjStore store = await StoreAsync(ending).ConfigureAwait(false);
                ObjectMetadata told = await store.GetInfoAsync(name, cancellationToken: ending).ConfigureAwait(false);
                byte[]? document = await PiecesAsync(told, ending).ConfigureAwait(false);
                if (document is not null && IsDigest(told, Convert.ToBase64String(SHA256.HashData(document))))
                {
                    return new Loaded(id, document);
                }
            }
            catch (NatsObjNotFoundException)
            {
                return new Loaded(id, null);
            }
            catch (Exception failure) when (failure is NatsException or OperationCanceledException)
            {
                ending.ThrowIfCancellationRequested();
            }

            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }

        return new Loaded(id, null);
    }

    public async Task DiscardAsync(string name, CancellationToken ending)
    {
        INatsObjStore store = await StoreAsync(ending).ConfigureAwait(false);
        await store.DeleteAsync(name, ending).ConfigureAwait(false);
    }

    private NatsJSContext JetStream() => new(link.Now, new NatsJSOpts(link.Now.Opts, requestTimeout: Answer));

    private async ValueTask<INatsObjStore> StoreAsync(CancellationToken ending) =>
        await new NatsObjContext(JetStream()).GetObjectStoreAsync(Store, ending).ConfigureAwait(false);

    /// <summary>All pieces of a document; null: one is missing.</summary>
    private async Task<byte[]?> PiecesAsync(ObjectMetadata told, CancellationToken ending)
    {
        byte[] document = new byte[told.Size];
        INatsJSStream stream = await JetStream()
            .GetStreamAsync($"OBJ_{Store}", cancellationToken: ending).ConfigureAwait(false);
        ulong from = 1;
        int read = 0;
        while (read < document.Length)
        {
            StreamMsgGetRequest next = new() { Seq = from, NextBySubj = $"$O.{Store}.C.{told.Nuid}" };
            NatsMsg<byte[]> piece = await stream
                .GetDirectAsync(next, NatsRawSerializer<byte[]>.Default, ending).ConfigureAwait(false);
            if (piece.Data is not { Length: > 0 } data || data.Length > document.Length - read
                || piece.Headers is not { } headers || !headers.TryGetLastValue("Nats-Sequence", out string? sequence))
            {
                return null;
            }

            data.CopyTo(document, read);
            read += data.Length;
            from = ulong.Parse(sequence, CultureInfo.InvariantCulture) + 1;
        }

        return document;
    }

    private static async Task<bool> IsThereAsync(
        INatsObjStore store, string name, int length, string digest, CancellationToken ending)
    {
        try
        {
            ObjectMetadata told = await store.GetInfoAsync(name, cancellationToken: ending).ConfigureAwait(false);
            return told.Size == (ulong)length && IsDigest(told, digest);
        }
        catch (NatsObjNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Compares with a digest in base 64; the store writes - for + and _ for /.</summary>
    private static bool IsDigest(ObjectMetadata told, string digest) =>
        told.Digest?.TrimEnd('=') == $"SHA-256={digest.Replace('+', '-').Replace('/', '_').TrimEnd('=')}";
}
