using System.Globalization;
using Throng.Engine;

namespace Throng.Fuzz;

/// <summary>Answers of servers, and files of questions.</summary>
internal static class DnsTargets
{
    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("dns-answers", ReadAnswers),
        new("echo-answers", ReadEchoes),
        new("dns-questions", ReadQuestions)
        {
            BytesMax = 6000,
            Rounds = 1000,
            Words = ["example.com", " A", " AAAA", " TYPE65", "\n", "\r\n", ";", "\\", "\\255", ".", "xn--", "\t"],
        },
    ];

    /// <summary>The first byte says into which pieces the stream is cut.</summary>
    private static void ReadAnswers(ReadOnlySpan<byte> input)
    {
        Property.Holds(
            DnsQuestions.TryOf(new DnsQuestion(), out DnsQuestions? questions, out _), "there is a question");
        AreAlikeInPieces(new DnsProtocol(questions!, 1, isStream: true), input);
        new DnsProtocol(questions!, 1, isStream: false).ReadDatagram(input, out Engine.Answer answer);
        Property.Holds(answer.HasId == input.Length >= 2, "an id is two bytes");
    }

    private static void ReadEchoes(ReadOnlySpan<byte> input)
    {
        EchoProtocol protocol = new(input.Length > 1 ? 1 + input[1] : 1);
        AreAlikeInPieces(protocol, input);
        protocol.ReadDatagram(input, out _);
    }

    private static void AreAlikeInPieces<T>(T protocol, ReadOnlySpan<byte> input)
        where T : struct, IQueryProtocol
    {
        int piece = input.IsEmpty ? 1 : 1 + (input[0] % 67);
        ReadOnlySpan<byte> stream = input.IsEmpty ? input : input[1..];
        Property.Holds(
            Told(protocol, stream, piece) == Told(protocol, stream, int.MaxValue),
            "a stream in pieces has other answers than the stream at once");
    }

    /// <summary>A number that differs where answers do.</summary>
    private static ulong Told<T>(T protocol, ReadOnlySpan<byte> stream, int piece)
        where T : struct, IQueryProtocol
    {
        AnswerReading reading = default;
        ulong told = 0;
        while (!stream.IsEmpty)
        {
            ReadOnlySpan<byte> rest = stream[..Math.Min(piece, stream.Length)];
            stream = stream[rest.Length..];
            while (!rest.IsEmpty)
            {
                int before = rest.Length;
                AnswerOutcome outcome = protocol.Read(ref reading, ref rest, out Engine.Answer answer);
                Property.Holds(rest.Length < before, "nothing was taken");
                Property.Holds(outcome != AnswerOutcome.None || rest.IsEmpty, "bytes were left over");
                if (outcome != AnswerOutcome.None)
                {
                    ulong code = answer.Code + (answer.IsTruncated ? 1UL << 8 : 0) + (answer.HasId ? 1UL << 9 : 0);
                    told = (told * 0x9E37_79B9_7F4A_7C15) + answer.Id + (code << 16) + ((ulong)outcome << 32) + 1;
                }
            }
        }

        return told;
    }

    /// <summary>The first byte says how the questions are asked and into which pieces the file is cut.</summary>
    private static void ReadQuestions(ReadOnlySpan<byte> input)
    {
        int form = input.IsEmpty ? 0 : input[0];
        DnsQuestion asked = new() { EdnsBytes = (form & 1) * 1232, WantsDnssec = (form & 2) != 0 };
        byte[] text = input.IsEmpty ? [] : input[1..].ToArray();
        int piece = 1 + (form >> 3);
        int at = 0;
        int Source(Span<byte> into)
        {
            int bytes = Math.Min(Math.Min(piece, into.Length), text.Length - at);
            text.AsSpan(at, bytes).CopyTo(into);
            at += bytes;
            return bytes;
        }

        DnsQuestionFile file = new("FILE", asked, skipsBad: (form & 4) != 0);
        DnsQuestions? questions = file.Read(Source, text.Length);
        Property.Holds(questions is not null || file.Errors.Count > 0, "there is no question and no error");
        foreach (string error in questions is null ? file.Errors : [])
        {
            Property.IsLine(error, "an error");
        }

        for (int i = 0; i < (questions?.Count ?? 0); i++)
        {
            IsQuestion(questions!.Message(i), form & 3);
        }
    }

    /// <summary>A name as it is written again means the same.</summary>
    private static void IsQuestion(ReadOnlySpan<byte> message, int opt)
    {
        ReadOnlySpan<byte> name = message[DnsQuestion.HeaderBytes..];
        Span<byte> text = stackalloc byte[4 * DnsName.BytesMax];
        int length = 0;
        int at = 0;
        for (int label; (label = name[at++]) > 0; at += label)
        {
            foreach (byte one in name.Slice(at, label))
            {
                text[length] = (byte)'\\';
                _ = one.TryFormat(text[(length + 1)..], out _, "D3", CultureInfo.InvariantCulture);
                length += 4;
            }

            text[length++] = (byte)'.';
        }

        Span<byte> again = stackalloc byte[DnsName.BytesMax];
        bool isRead = DnsName.TryWrite(length == 0 ? "."u8 : text[..length], again, out int bytes, out _);
        Property.Holds(isRead && again[..bytes].SequenceEqual(name[..at]), "a name means another one");
        int rest = name.Length - at - 4;
        Property.Holds(rest == (opt == 0 ? 0 : 11), "a message has no type and class, or too much");
    }
}
