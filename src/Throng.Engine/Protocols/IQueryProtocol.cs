namespace Throng.Engine;

/// <summary>Result of looking at received bytes.</summary>
public enum AnswerOutcome : byte
{
    /// <summary>No whole answer; all bytes have been taken.</summary>
    None = 0,

    /// <summary>An answer, whole.</summary>
    Answer,

    /// <summary>An answer with the right id and the wrong content.</summary>
    Wrong,

    /// <summary>No answer at all: what follows on this connection cannot be trusted either.</summary>
    Malformed,
}

/// <summary>One answer.</summary>
/// <param name="Id">Of the query it answers.</param>
/// <param name="Code">The protocol's own result, as <see cref="IQueryProtocol.CodeNames"/> names it.</param>
/// <param name="IsTruncated">The server had more to say than it could.</param>
public readonly record struct Answer(ushort Id, byte Code, bool IsTruncated)
{
    /// <summary>False of what is too short to say which query it answers.</summary>
    public bool HasId { get; init; } = true;
}

/// <summary>
/// Form of a query and of the way its answer is known: ids of 16 bits, counted up on each connection. A struct, one per
/// worker; it keeps nothing of a connection but the 12 bytes of <see cref="AnswerReading"/>.
/// </summary>
public interface IQueryProtocol
{
    /// <summary>Names of the codes of answers, by code; at least one.</summary>
    IReadOnlyList<string> CodeNames { get; }

    /// <summary>The question of a slot, the same on every worker; what it means is the protocol's.</summary>
    int QuestionOf(long slot);

    /// <summary>Bytes of the whole query as it is sent.</summary>
    int BytesOf(int question);

    /// <summary>Writes what the query has from a byte on, as much as is asked for.</summary>
    void Write(int question, ushort id, int from, Span<byte> into);

    /// <summary>
    /// Takes bytes, up to the end of the next answer. A stream may be split and merged anywhere.
    /// </summary>
    AnswerOutcome Read(ref AnswerReading reading, ref ReadOnlySpan<byte> bytes, out Answer answer);

    /// <summary>One datagram: one answer, or none.</summary>
    AnswerOutcome ReadDatagram(ReadOnlySpan<byte> datagram, out Answer answer);
}
