using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// DNS queries, over TCP each behind its length. Answers come in any order and are known by their id alone; one that
/// is a query itself, as an echo server sends it back, counts as answered and is told apart.
/// </summary>
/// <param name="seed">Decides which question a slot asks.</param>
public readonly struct DnsProtocol(DnsQuestions questions, ulong seed, bool isStream) : IQueryProtocol
{
    private const byte Echoed = DnsRcode.Count;

    private readonly int _prefixBytes = isStream ? sizeof(ushort) : 0;

    public IReadOnlyList<string> CodeNames => DnsRcode.All;

    public int QuestionOf(long slot) => questions.Count == 1
        ? 0
        : (int)ConnectionPicks.Pick(ConnectionPick.Random, seed, slot, questions.Count);

    public int BytesOf(int question) => _prefixBytes + questions.Message(question).Length;

    public void Write(int question, ushort id, int from, Span<byte> into)
    {
        int bytes = BytesOf(question);
        if (into.Length == bytes)
        {
            Write(question, id, into);
            return;
        }

        Span<byte> whole = stackalloc byte[sizeof(ushort) + DnsQuestion.BytesMax];
        Write(question, id, whole[..bytes]);
        whole.Slice(from, into.Length).CopyTo(into);
    }

    private void Write(int question, ushort id, Span<byte> into)
    {
        ReadOnlySpan<byte> message = questions.Message(question);
        if (_prefixBytes > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)message.Length);
        }

        Span<byte> body = into[_prefixBytes..];
        message.CopyTo(body);
        BinaryPrimitives.WriteUInt16BigEndian(body, id);
    }

    public AnswerOutcome Read(ref AnswerReading reading, ref ReadOnlySpan<byte> bytes, out Answer answer)
    {
        if (!AnswerReading.As<DnsReplyParser>(ref reading).TryNext(ref bytes, out DnsReply reply))
        {
            answer = default;
            return AnswerOutcome.None;
        }

        answer = AnswerOf(reply);
        return reply.IsMalformed ? AnswerOutcome.Malformed : AnswerOutcome.Answer;
    }

    public AnswerOutcome ReadDatagram(ReadOnlySpan<byte> datagram, out Answer answer)
    {
        bool isReply = DnsReply.TryRead(datagram, out DnsReply reply);
        answer = AnswerOf(reply);
        return isReply ? AnswerOutcome.Answer : AnswerOutcome.Malformed;
    }

    private static Answer AnswerOf(in DnsReply reply) =>
        new(reply.Id, reply.IsResponse ? reply.Rcode : Echoed, reply.IsTruncated && reply.IsResponse)
        {
            HasId = reply.HasId,
        };
}
