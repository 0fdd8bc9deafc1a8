namespace Throng.Measurement;

/// <summary>Marks that tell a run from others: its id, and the labels it was given.</summary>
public static class RunIdentity
{
    /// <summary>Name of the id among the labels, and its key in the document.</summary>
    public const string IdKey = "run_id";

    /// <summary>Key of the labels in the document.</summary>
    public const string LabelsKey = "labels";

    /// <summary>The id first, then the labels in their order; nothing for a document that has neither.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunDocument run) =>
    [
        .. run.RunId is { Length: > 0 } id ? [(IdKey, id)] : Array.Empty<(string, string)>(),
        .. (run.Labels ?? []).Where(label => label.Value.Kind == NodeKind.Text)
            .Select(label => (label.Key, label.Value.Text)),
    ];

    /// <summary>
    /// A new id: a UUID of version 7 (RFC 9562), whose first 48 bits are the time, so that ids sort by it. The
    /// runtime's own would need a /dev/urandom, which an image without files has not.
    /// </summary>
    public static string NewId(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        long milliseconds = now.ToUnixTimeMilliseconds();
        for (int i = 0; i < 6; i++)
        {
            bytes[i] = (byte)(milliseconds >> (8 * (5 - i)));
        }

        bytes[6] = (byte)(0x70 | (bytes[6] & 0xf));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
