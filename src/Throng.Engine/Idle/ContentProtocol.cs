namespace Throng.Engine;

/// <summary>The same bytes each time; whatever comes is the answer.</summary>
public readonly struct ContentProtocol(byte[] content) : IQueryProtocol
{
    public IReadOnlyList<string> CodeNames => ["any"];

    public int QuestionOf(long slot) => 0;

    public int BytesOf(int question) => content.Length;

    public void Write(int question, ushort id, int from, Span<byte> into) =>
        content.AsSpan(from, into.Length).CopyTo(into);

    public AnswerOutcome Read(ref AnswerReading reading, ref ReadOnlySpan<byte> bytes, out Answer answer)
    {
        answer = new Answer(0, 0, false) { HasId = false };
        AnswerOutcome outcome = bytes.Length > 0 ? AnswerOutcome.Answer : AnswerOutcome.None;
        bytes = [];
        return outcome;
    }

    public AnswerOutcome ReadDatagram(ReadOnlySpan<byte> datagram, out Answer answer)
    {
        answer = new Answer(0, 0, false) { HasId = false };
        return AnswerOutcome.Answer;
    }
}
