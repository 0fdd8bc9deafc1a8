using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NATS.Client.Core;

namespace Throng.Nats;

/// <summary>
/// Requests to what stores in the server, as it documents them: a subject, a text in JSON, and an answer in JSON. The
/// library has packages for it, which make the program larger by megabytes.
/// </summary>
internal sealed class JetStream(NatsLink link)
{
    private const string Api = "$JS.API";

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="JetStreamException">It refuses.</exception>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task<JsonElement> AskAsync(string what, string request, CancellationToken ending) =>
        Parsed(await SendAsync($"{Api}.{what}", Encoding.UTF8.GetBytes(request), null, ending).ConfigureAwait(false));

    /// <summary>Stores a message, and waits for its number.</summary>
    /// <param name="mark">Id by which a repeated one is known as the same; null: none.</param>
    /// <param name="over">Number of the message that is the last one of its subject; null: any.</param>
    /// <exception cref="JetStreamException">It refuses.</exception>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task<ulong> StoreAsync(
        string subject, ReadOnlyMemory<byte> data, string? mark, ulong? over, NatsHeaders headers,
        CancellationToken ending)
    {
        if (mark is not null)
        {
            headers["Nats-Msg-Id"] = mark;
        }

        if (over is { } last)
        {
            headers["Nats-Expected-Last-Subject-Sequence"] = last.ToString(CultureInfo.InvariantCulture);
        }

        JsonElement answer = Parsed(await SendAsync(subject, data, headers, ending).ConfigureAwait(false));
        return (ulong)answer.Number("seq");
    }

    /// <summary>Reads a message from any node that has it; null: there is none.</summary>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task<StoredMessage?> ReadAsync(string stream, string request, CancellationToken ending)
    {
        NatsMsg<byte[]> answer = await SendAsync(
            $"{Api}.DIRECT.GET.{stream}", Encoding.UTF8.GetBytes(request), null, ending).ConfigureAwait(false);
        if (answer.Headers?.Code == 404)
        {
            return null;
        }

        if (answer.Headers is not { } headers || !headers.TryGetLastValue("Nats-Sequence", out string? sequence))
        {
            throw new NatsException("an answer that is no message");
        }

        bool isRemoved = headers.TryGetLastValue("KV-Operation", out string? done) && done is "DEL" or "PURGE";
        return ulong.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? new StoredMessage(number, answer.Data ?? [], isRemoved)
            : throw new NatsException("a message without a number");
    }

    /// <summary>Reads the last message of a subject from the node that leads; null: there is none.</summary>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task<byte[]?> ReadLastAsync(string stream, string subject, CancellationToken ending)
    {
        try
        {
            JsonElement answer = await AskAsync(
                $"STREAM.MSG.GET.{stream}", $$"""{"last_by_subj":"{{subject}}"}""", ending).ConfigureAwait(false);
            JsonElement message = answer.Part("message");
            return !message.TryGetProperty("data", out JsonElement data) ? []
                : data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out byte[]? bytes) ? bytes
                : throw new NatsException("a message that is no base 64");
        }
        catch (JetStreamException none) when (none.Number == JetStreamException.NoMessage)
        {
            return null;
        }
    }

    /// <summary>Removes all messages of a subject.</summary>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task PurgeAsync(string stream, string subject, CancellationToken ending) => _ = await AskAsync(
        $"STREAM.PURGE.{stream}", $$"""{"filter":"{{subject}}"}""", ending).ConfigureAwait(false);

    /// <summary>
    /// Makes a stream of small values or of pieces, unless there is one of this name; its configuration as it is kept.
    /// </summary>
    /// <exception cref="JetStreamException">It refuses.</exception>
    /// <exception cref="NatsException">Nobody answers.</exception>
    public async Task<JsonElement> MakeAsync(
        string stream, string subjects, bool isOnDisk, TimeSpan age, int perSubject, int copies,
        CancellationToken ending)
    {
        long nanoseconds = age.Ticks * TimeSpan.NanosecondsPerTick;
        TimeSpan window = age > TimeSpan.Zero ? age : TimeSpan.FromMinutes(2);
        string wanted = $$"""
            {"name":"{{stream}}","subjects":[{{subjects}}],"retention":"limits","discard":"new",
            "storage":"{{(isOnDisk ? "file" : "memory")}}","num_replicas":{{copies}},"max_age":{{nanoseconds}},
            "max_msgs_per_subject":{{perSubject}},"duplicate_window":{{window.Ticks * TimeSpan.NanosecondsPerTick}},
            "max_msgs":-1,"max_bytes":-1,"max_msg_size":-1,"max_consumers":-1,
            "allow_rollup_hdrs":true,"allow_direct":true,"deny_delete":{{(perSubject == 1 ? "true" : "false")}}}
            """;
        try
        {
            _ = await AskAsync($"STREAM.CREATE.{stream}", wanted, ending).ConfigureAwait(false);
        }
        catch (JetStreamException other) when (other.Number == JetStreamException.OtherConfiguration)
        {
            // It is there, perhaps with fewer copies; the caller looks at what counts.
        }

        JsonElement told = await AskAsync($"STREAM.INFO.{stream}", "", ending).ConfigureAwait(false);
        return told.Part("config");
    }

    /// <summary>Bytes in base 64, as they stand in a subject and in a digest.</summary>
    public static string Base64(ReadOnlySpan<byte> bytes)
    {
        string text = Base64Url.EncodeToString(bytes);
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }

    /// <exception cref="ArgumentException">It cannot stand in a subject.</exception>
    public static string Checked(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_/=.".Contains(letter))
            && !name.StartsWith('.') && !name.EndsWith('.')
            ? name
            : throw new ArgumentException($"'{name}' is no key: letters, digits, - _ / = and . may stand in it");

    private ValueTask<NatsMsg<byte[]>> SendAsync(
        string subject, ReadOnlyMemory<byte> data, NatsHeaders? headers, CancellationToken ending) =>
        link.Now.RequestAsync(
            subject,
            data,
            headers,
            NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
            NatsRawSerializer<byte[]>.Default,
            cancellationToken: ending);

    private static JsonElement Parsed(NatsMsg<byte[]> answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Data ?? []);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind != JsonValueKind.Object ? throw new NatsException("an answer that is no object")
                : root.TryGetProperty("error", out JsonElement error) ? throw new JetStreamException(error) : root;
        }
        catch (JsonException other)
        {
            throw new NatsException("an answer that is no JSON", other);
        }
    }
}

/// <summary>A message that a stream has.</summary>
/// <param name="Sequence">Number in the stream: the revision of a value.</param>
/// <param name="IsRemoved">The value was removed, and this says so.</param>
internal sealed record StoredMessage(ulong Sequence, ReadOnlyMemory<byte> Data, bool IsRemoved);
