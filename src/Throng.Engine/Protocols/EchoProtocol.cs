using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>
/// Queries that come back as they were sent: messages of one size, told apart by their place in the stream, or in a
/// datagram by the id that its first two bytes are. The other bytes follow from the id, so every answer is checked.
/// </summary>
public readonly struct EchoProtocol(int messageBytes) : IQueryProtocol
{
    private const int IdBytes = sizeof(ushort);

    public IReadOnlyList<string> CodeNames => ["echoed"];

    public int QuestionOf(long slot) => 0;

    public int BytesOf(int question) => messageBytes;

    public void Write(int question, ushort id, int from, Span<byte> into)
    {
        Pattern.Fill((ulong)id + (ulong)from, into);
        for (int i = from; messageBytes >= IdBytes && i < IdBytes && i - from < into.Length; i++)
        {
            into[i - from] = IdByte(id, i);
        }
    }

    public AnswerOutcome Read(ref AnswerReading reading, ref ReadOnlySpan<byte> bytes, out Answer answer)
    {
        ref Place place = ref AnswerReading.As<Place>(ref reading);
        int take = Math.Min(bytes.Length, messageBytes - place.Bytes);
        place.IsWrong |= take > 0 && !IsExpected(place.Id, place.Bytes, bytes[..take]);
        place.Bytes += take;
        bytes = bytes[take..];
        answer = new Answer(place.Id, 0, false);
        if (place.Bytes < messageBytes)
        {
            return AnswerOutcome.None;
        }

        AnswerOutcome outcome = place.IsWrong ? AnswerOutcome.Wrong : AnswerOutcome.Answer;
        place = new Place { Id = (ushort)(place.Id + 1) };
        return outcome;
    }

    public AnswerOutcome ReadDatagram(ReadOnlySpan<byte> datagram, out Answer answer)
    {
        answer = default;
        if (datagram.Length < IdBytes)
        {
            return AnswerOutcome.Malformed;
        }

        ushort id = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        answer = new Answer(id, 0, false);
        bool isExpected = datagram.Length == messageBytes && IsExpected(id, 0, datagram);
        return isExpected ? AnswerOutcome.Answer : AnswerOutcome.Wrong;
    }

    private static byte IdByte(ushort id, int at) => (byte)(at == 0 ? id >> 8 : id);

    private bool IsExpected(ushort id, int from, scoped ReadOnlySpan<byte> received)
    {
        while (messageBytes >= IdBytes && from < IdBytes && received.Length > 0)
        {
            if (received[0] != IdByte(id, from))
            {
                return false;
            }

            from++;
            received = received[1..];
        }

        return Pattern.Is((ulong)id + (ulong)from, received);
    }

    private struct Place
    {
        /// <summary>Of the message being received.</summary>
        public ushort Id;
        public bool IsWrong;

        /// <summary>Of it that have come.</summary>
        public int Bytes;
    }
}
