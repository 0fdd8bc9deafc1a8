using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// The documents of any size, laid out as NATS's object stores are: pieces under a subject of their own, and a
/// description with their number, size and digest.
/// </summary>
internal sealed class NatsResults(NatsLink link, JetStream store)
{
    internal const string Bucket = "throng-results";

    private const string Stream = $"OBJ_{Bucket}";
    private const int PieceBytes = 128 << 10;

    /// <summary>No document is as large as this; room for it is taken before its pieces come.</summary>
    private const int DocumentBytesMax = 256 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Time for a document, over a slow line too.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    /// <exception cref="BusException">It is kept otherwise.</exception>
    public async Task MakeAsync(int copies, CancellationToken ending)
    {
        JsonElement kept = await store.MakeAsync(
            Stream, $"\"$O.{Bucket}.C.>\",\"$O.{Bucket}.M.>\"", isOnDisk: true, TimeSpan.Zero, perSubject: -1, copies,
            ending).ConfigureAwait(false);
        string storage = kept.Words("storage");
        if (storage != "file" || kept.Number("max_age") != 0)
        {
            throw new BusException(
                $"the store {Bucket} is kept otherwise (age {kept.Number("max_age")} ns, {storage})",
                $"delete it: nats stream rm {Stream}");
        }
    }

    /// <summary>Stores a document, again until it is there with its size and digest.</summary>
    public async Task<Saved> SaveAsync(long id, string name, ReadOnlyMemory<byte> document, CancellationToken ending)
    {
        Description wanted = new(
            JetStream.Checked(name), Guid.NewGuid().ToString("N"), document.Length,
            JetStream.Base64(SHA256.HashData(document.Span)));
        Description? before = null;
        while (true)
        {
            try
            {
                if (link.IsOpen)
                {
                    Description? there = await DescriptionAsync(name, ending).ConfigureAwait(false);
                    if (there is not null && there.Bytes == wanted.Bytes && there.Digest == wanted.Digest)
                    {
                        await ForgetAsync(before, there, ending).ConfigureAwait(false);
                        return new Saved(id, IsWhole: true);
                    }

                    before = there ?? before;
                    await StoreAsync(wanted, document, ending).ConfigureAwait(false);
                    continue;
                }
            }
            catch (JetStreamException refusal) when (refusal.IsFull)
            {
                await ForgetAsync(wanted, null, ending).ConfigureAwait(false);
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
    /// Reads a document piece by piece with requests: a consumer, to which the server would send them by itself, needs
    /// the right to have anything sent anywhere.
    /// </summary>
    public async Task<Loaded> LoadAsync(long id, string name, CancellationToken ending)
    {
        _ = JetStream.Checked(name);
        for (int tries = 0; tries < 5; tries++)
        {
            try
            {
                Description? told = await DescriptionAsync(name, ending).ConfigureAwait(false);
                if (told is null)
                {
                    return new Loaded(id, null);
                }

                byte[]? document = await PiecesAsync(told, ending).ConfigureAwait(false);
                if (document is not null && JetStream.Base64(SHA256.HashData(document)) == told.Digest)
                {
                    return new Loaded(id, document);
                }
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
        Description? told = await DescriptionAsync(JetStream.Checked(name), ending).ConfigureAwait(false);
        await store.PurgeAsync(Stream, DescriptionSubject(name), ending).ConfigureAwait(false);
        await ForgetAsync(told, null, ending).ConfigureAwait(false);
    }

    private static string PieceSubject(string pieces) => $"$O.{Bucket}.C.{pieces}";

    private static string DescriptionSubject(string name) =>
        $"$O.{Bucket}.M.{JetStream.Base64(Encoding.UTF8.GetBytes(name))}";

    /// <summary>
    /// Stores pieces and description. A piece that is sent again is known by its mark and not kept twice.
    /// </summary>
    private async Task StoreAsync(Description wanted, ReadOnlyMemory<byte> document, CancellationToken ending)
    {
        int pieces = 0;
        for (int at = 0; at < document.Length; at += PieceBytes)
        {
            ReadOnlyMemory<byte> piece = document.Slice(at, Math.Min(PieceBytes, document.Length - at));
            _ = await store.StoreAsync(
                PieceSubject(wanted.Pieces), piece, $"{wanted.Pieces}-{pieces++}", null, [], ending)
                .ConfigureAwait(false);
        }

        string now = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string text = $$"""
            {"name":"{{wanted.Name}}","bucket":"{{Bucket}}","nuid":"{{wanted.Pieces}}","size":{{wanted.Bytes}},
            "mtime":"{{now}}","chunks":{{pieces}},"digest":"SHA-256={{wanted.Digest}}",
            "options":{"max_chunk_size":{{PieceBytes}} } }
            """;
        NatsHeaders instead = new() { ["Nats-Rollup"] = "sub" };
        _ = await store.StoreAsync(
            DescriptionSubject(wanted.Name), Encoding.UTF8.GetBytes(text), null, null, instead, ending)
            .ConfigureAwait(false);
    }

    private async Task<Description?> DescriptionAsync(string name, CancellationToken ending)
    {
        byte[]? text = await store.ReadLastAsync(Stream, DescriptionSubject(name), ending).ConfigureAwait(false);
        return text is null ? null : Described(name, text);
    }

    /// <summary>Reads a description; null for one that is none of a document of ours.</summary>
    internal static Description? Described(string name, ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument told = JsonDocument.Parse(text);
            string digest = told.RootElement.GetProperty("digest").GetString() ?? "";
            int bytes = told.RootElement.TryGetProperty("size", out JsonElement size) ? size.GetInt32() : 0;
            return bytes is < 0 or > DocumentBytesMax ? null : new Description(
                name,
                JetStream.Checked(told.RootElement.GetProperty("nuid").GetString() ?? ""),
                bytes,
                digest.StartsWith("SHA-256=", StringComparison.Ordinal) ? digest["SHA-256=".Length..] : "");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            return null; // of somebody else, and no document of ours
        }
    }

    /// <summary>All pieces of a document; null: one is missing.</summary>
    private async Task<byte[]?> PiecesAsync(Description told, CancellationToken ending)
    {
        byte[] document = new byte[told.Bytes];
        ulong from = 1;
        int read = 0;
        while (read < document.Length)
        {
            string request = $$"""{"seq":{{from}},"next_by_subj":"{{PieceSubject(told.Pieces)}}"}""";
            StoredMessage? piece = await store.ReadAsync(Stream, request, ending).ConfigureAwait(false);
            if (piece is null || piece.Data.Length == 0 || piece.Data.Length > document.Length - read)
            {
                return null;
            }

            piece.Data.CopyTo(document.AsMemory(read));
            read += piece.Data.Length;
            from = piece.Sequence + 1;
        }

        return document;
    }

    /// <summary>Removes the pieces of a document that is not the current one, if it can be done now.</summary>
    private async Task ForgetAsync(Description? old, Description? current, CancellationToken ending)
    {
        if (old is null || old.Pieces == current?.Pieces)
        {
            return;
        }

        try
        {
            await store.PurgeAsync(Stream, PieceSubject(old.Pieces), ending).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // They take room, and nobody reads them.
        }
    }

    /// <param name="Pieces">Last part of the subject of the pieces.</param>
    /// <param name="Digest">SHA-256 in base 64.</param>
    internal sealed record Description(string Name, string Pieces, int Bytes, string Digest);
}
