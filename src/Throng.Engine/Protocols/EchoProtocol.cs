using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Queries that come back as they were sent: messages of one size, told apart by their place in the stream, or in a
/// datagram by the id that its first two bytes are. The other bytes follow from the id, so every answer is checked.
/// </summary>
public readonly struct EchoProtocol(int messageBytes) : IQueryProtocol
{
    private const int IdBytes = sizeof(ushort);

    public IReadOnlyList<string> CodeNames => [DnsRcode.Echoed];

    public int QuestionOf(long slot) => 0;

    public int BytesOf(int question) => messageBytes;

    public void Write(int question, ushort id, int from, Span<byte> into)
    {
        Pattern.Fill((ulong)id + (ulong)from, into);
        if (into.Length == messageBytes && messageBytes >= IdBytes)
        {
            BinaryPrimitives.WriteUInt16BigEndian(into, id);
            return;
        }

        for (int i = from; messageBytes >= IdBytes && i < IdBytes && i - from < into.Length; i++)
        {
            into[i - from] = IdByte(id, i);
        }
    }

    public AnswerOutcome Read(ref AnswerReading reading, ref ReadOnlySpan<byte> bytes, out Answer answer)
    {
        ref Place place = ref AnswerReading.As<Place>(ref reading);
        if (place.Bytes > 0 || bytes.Length < messageBytes)
        {
            return ReadPiece(ref place, ref bytes, out answer);
        }

        answer = new Answer(place.Id, 0, false);
        bool isExpected = IsWhole(place.Id, bytes[..messageBytes]);
        bytes = bytes[messageBytes..];
        place.Id++;
        return isExpected ? AnswerOutcome.Answer : AnswerOutcome.Wrong;
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
        return datagram.Length == messageBytes && IsWhole(id, datagram) ? AnswerOutcome.Answer : AnswerOutcome.Wrong;
    }

    /// <summary>Reads a piece of a message that has not come all at once.</summary>
    private AnswerOutcome ReadPiece(ref Place place, ref ReadOnlySpan<byte> bytes, out Answer answer)
    {
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

    private static byte IdByte(ushort id, int at) => (byte)(at == 0 ? id >> 8 : id);

    private bool IsWhole(ushort id, scoped ReadOnlySpan<byte> message) =>
        messageBytes < IdBytes
            ? Pattern.Is(id, message)
            : BinaryPrimitives.ReadUInt16BigEndian(message) == id
                && Pattern.Is((ulong)id + IdBytes, message[IdBytes..]);

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
        /// <summary>Id of the message being received.</summary>
        public ushort Id;
        public bool IsWrong;

        /// <summary>Bytes of the message being received that have come.</summary>
        public int Bytes;
    }
}
