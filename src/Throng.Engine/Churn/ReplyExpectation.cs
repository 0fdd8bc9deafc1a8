namespace Throng.Engine;

/// <summary>Reply that has to come back on a connection before its end.</summary>
/// <param name="BytesMin">As many bytes at least.</param>
/// <param name="BytesMax">As many at most.</param>
/// <param name="Content">Exactly these; null: whatever they are.</param>
/// <param name="IsStamp">Zeros, over whose beginning a server may have written its name.</param>
public sealed record ReplyExpectation(long BytesMin, long BytesMax, byte[]? Content = null, bool IsStamp = false)
{
    /// <summary>The first message of `monitor`, with or without a server's name.</summary>
    public static ReplyExpectation Stamp { get; } =
        new(MonitorPayload.NameBytes, MonitorPayload.NameBytes, IsStamp: true);

    /// <summary>At least one byte.</summary>
    public static ReplyExpectation Any { get; } = new(1, long.MaxValue);

    public static ReplyExpectation Bytes(long bytes) => new(bytes, bytes);

    public static ReplyExpectation Exactly(byte[] content) => new(content.Length, content.Length, content);

    /// <summary>Whether <paramref name="bytes"/> may come after <paramref name="before"/> bytes.</summary>
    public bool Allows(long before, ReadOnlySpan<byte> bytes) =>
        before + bytes.Length <= BytesMax
        && (!IsStamp || MonitorPayload.TryReadName(bytes, out _))
        && (Content is null || bytes.SequenceEqual(Content.AsSpan((int)before, bytes.Length)));
}
