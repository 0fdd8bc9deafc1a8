using System.Text.Json.Serialization;
using static Throng.Measurement.Better;

namespace Throng.Measurement;

/// <summary>
/// Fate of the messages. Offered = not_sent + sent; sent = answered + timed_out + lost, after the drain.
/// </summary>
public sealed record Messages
{
    private const string OfOffered = "messages.offered";
    private const string OfSent = "messages.sent";
    private const string OfAnswered = "messages.answered";

    /// <summary>Share of the answers from which those that came while the run ended are worth a word.</summary>
    private const double ManyRatio = 0.01;

    private Counts _all;

    /// <summary>Figures that are shown of messages, in the order of the metrics.</summary>
    public static IReadOnlyList<MessageFigure> Figures { get; } =
    [
        new("offered", Neither, "Arrivals that fell due.", of => of.Offered),
        new("not_sent", Lower, "Arrivals that fell due and were never sent.", of => of.NotSent, OfOffered)
        {
            Word = words => words.NotSent, Place = 1,
        },
        new("sent", Higher, "Messages sent.", of => of.Sent, OfOffered),
        new("answered", Higher, "Messages answered in time.", of => of.Answered, OfSent),
        new("answered_in_drain", Neither,
            "Messages answered while the run ended, after the last was due: rate.achieved is without them.",
            of => of.AnsweredInDrain, OfAnswered)
        {
            Word = _ => "of them while the run ended", IsTold = of => of.HasManyInDrain,
        },
        new("late", Lower, "Answers that came after their message was counted as timed out.", of => of.Late, OfSent)
        {
            Word = _ => "of them answered late", Place = 3,
        },
        new("timed_out", Lower, "Messages without an answer in time.", of => of.TimedOut, OfSent)
        {
            Word = _ => "timed out", Place = 2,
        },
        new("lost", Lower, "Messages whose connection ended before the answer, and datagrams that were refused.",
            of => of.Lost, OfSent)
        {
            Word = words => words.Lost, Place = 4,
        },
        new("refused", Lower, "Datagrams that an ICMP error was told of, or that this host refused to send; "
            + "they are among the lost.", of => of.Refused, OfSent)
        {
            Word = _ => "of them refused", Place = 4,
        },
        new("unsolicited", Lower, "Answers to nothing that was asked: doubled, or known to nobody.",
            of => of.Unsolicited)
        {
            Word = _ => "unsolicited", Place = 6,
        },
        new("invalid", Lower, "Answers that were not what was asked for.", of => of.Invalid, OfSent)
        {
            Word = _ => "invalid", Place = 5,
        },
    ];

    /// <summary>Arrivals that fell due.</summary>
    public long Offered { get => _all[Counter.MessagesOffered]; init => _all[Counter.MessagesOffered] = value; }

    /// <summary>Fell due and were never sent; they are not dropped from the schedule silently.</summary>
    public long NotSent { get; init; }

    public long Sent { get => _all[Counter.MessagesSent]; init => _all[Counter.MessagesSent] = value; }

    public long Answered { get => _all[Counter.MessagesAnswered]; init => _all[Counter.MessagesAnswered] = value; }

    /// <summary>Answered while the run ended, after the end of the plateau; among the answered.</summary>
    public long AnsweredInDrain { get; init; }

    /// <summary>Whether those are more than the few that are always under way.</summary>
    [JsonIgnore]
    public bool HasManyInDrain => AnsweredInDrain > Answered * ManyRatio;

    /// <summary>Answers that came after their message had been counted as timed out.</summary>
    public long Late { get => _all[Counter.MessagesLate]; init => _all[Counter.MessagesLate] = value; }

    public long TimedOut { get => _all[Counter.MessagesTimedOut]; init => _all[Counter.MessagesTimedOut] = value; }

    /// <summary>
    /// Sent on a connection that ended before the answer; the invalid ones and the refused ones among them.
    /// </summary>
    public long Lost { get => _all[Counter.MessagesLost]; init => _all[Counter.MessagesLost] = value; }

    /// <summary>Datagrams that an ICMP error was told of, or that this host refused to send; among the lost.</summary>
    public long Refused { get => _all[Counter.MessagesRefused]; init => _all[Counter.MessagesRefused] = value; }

    /// <summary>Answers that were not what was asked for.</summary>
    public long Invalid { get => _all[Counter.MessagesInvalid]; init => _all[Counter.MessagesInvalid] = value; }

    /// <summary>Answers to nothing that was asked, outside of all sums.</summary>
    public long Unsolicited
    {
        get => _all[Counter.MessagesUnsolicited];
        init => _all[Counter.MessagesUnsolicited] = value;
    }

    public long BytesSent { get => _all[Counter.BytesSent]; init => _all[Counter.BytesSent] = value; }

    public long BytesReceived { get => _all[Counter.BytesReceived]; init => _all[Counter.BytesReceived] = value; }

    /// <summary>The messages among what the workers counted.</summary>
    public static Messages Of(in Counts counts)
    {
        Messages messages = new() { _all = counts };
        return messages with { NotSent = messages.Offered - messages.Sent, Lost = messages.Lost + messages.Invalid };
    }

    /// <summary>Adds up the messages of several runs.</summary>
    public static Messages Sum(IReadOnlyList<Messages> all)
    {
        Counts counts = default;
        foreach (Messages one in all)
        {
            counts = counts.Plus(one._all);
        }

        return new Messages
        {
            _all = counts,
            NotSent = all.Sum(one => one.NotSent),
            AnsweredInDrain = all.Sum(one => one.AnsweredInDrain),
        };
    }
}
