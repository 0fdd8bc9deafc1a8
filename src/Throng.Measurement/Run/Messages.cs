using System.ComponentModel;
using System.Text.Json.Serialization;
using static Throng.Measurement.Better;

namespace Throng.Measurement;

/// <summary>
/// Fate of the messages. Offered = not_sent + sent; sent = answered + timed_out + lost, after the drain. In the
/// document of a run that goes on, sent = answered + timed_out + lost + under_way, and not_sent may still be sent.
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
            Word = words => words.NotSent, Place = 1, CanFall = true,
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
        new("lost", Lower, "Messages whose connection ended before the answer, datagrams that were refused, and "
            + "messages answered with something else.", of => of.Lost, OfSent)
        {
            Word = words => words.Lost, Place = 4,
        },
        new("refused", Lower, "Datagrams that an ICMP error was told of, or that this host refused to send; "
            + "they are among the lost.", of => of.Refused, OfSent)
        {
            Word = _ => "of them refused", Place = 4,
        },
        new("not_permitted", Lower, "Datagrams that a filter of this host forbade (EPERM); they are among the refused.",
            of => of.NotPermitted, OfSent)
        {
            Word = _ => "of them not permitted", Place = 4,
        },
        new("unsolicited", Lower, "Answers to nothing that was asked: doubled, or known to nobody.",
            of => of.Unsolicited)
        {
            Word = _ => "unsolicited", Place = 6,
        },
        new("invalid", Lower, "Answers that were not what was asked for.", of => of.Invalid, OfSent)
        {
            Word = _ => "of them invalid", Place = 5,
        },
        new("under_way", Neither, "Messages sent that have come to no end yet; only while the run goes on.",
            of => of.UnderWay)
        {
            Word = _ => "under way", Place = 7, CanFall = true,
        },
    ];

    /// <summary>Arrivals that fell due.</summary>
    public long Offered { get => _all[Counter.MessagesOffered]; init => _all[Counter.MessagesOffered] = value; }

    /// <summary>Fell due and were never sent; they are not dropped from the schedule silently. While the run goes on:
    /// were not sent yet.</summary>
    public long NotSent { get; init; }

    /// <summary>Sent, and come to no end yet; null of a run that has ended, in which nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("Sent, and come to no end yet; absent when the run has ended. Then sent = answered + timed_out + lost "
        + "+ under_way, and not_sent may still be sent.")]
    public long? UnderWay { get; init; }

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

    /// <summary>Datagrams that a filter of this host forbade (EPERM); among the refused.</summary>
    public long NotPermitted
    {
        get => _all[Counter.MessagesNotPermitted];
        init => _all[Counter.MessagesNotPermitted] = value;
    }

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

    /// <summary>The same of a run that goes on: what has come to no end is under way.</summary>
    public static Messages SoFar(in Counts counts)
    {
        Messages messages = Of(counts);
        return messages with
        {
            UnderWay = messages.Sent - messages.Answered - messages.TimedOut - messages.Lost,
        };
    }

    /// <summary>Adds up the messages of several runs.</summary>
    public static Messages Sum(IReadOnlyList<Messages> all)
    {
        Counts counts = default;
        foreach (Messages one in all)
        {
            counts = counts.Plus(one._all);
        }

        bool isUnderWay = all.Any(one => one.UnderWay is not null);
        return new Messages
        {
            _all = counts,
            NotSent = all.Sum(one => one.NotSent),
            UnderWay = isUnderWay ? all.Sum(one => one.UnderWay ?? 0) : null,
            AnsweredInDrain = all.Sum(one => one.AnsweredInDrain),
        };
    }
}
