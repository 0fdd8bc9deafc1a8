using static Throng.Measurement.Better;

namespace Throng.Measurement;

/// <summary>
/// Fate of the messages. Offered = not_sent + sent; sent = answered + timed_out + lost, after the drain.
/// </summary>
public sealed record Messages
{
    private const string OfOffered = "messages.offered";
    private const string OfSent = "messages.sent";

    private Counts _counts;

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
        new("late", Lower, "Answers that came after their message was counted as timed out.", of => of.Late, OfSent)
        {
            Word = _ => "late", Place = 3,
        },
        new("timed_out", Lower, "Messages without an answer in time.", of => of.TimedOut, OfSent)
        {
            Word = _ => "timed out", Place = 2,
        },
        new("lost", Lower, "Messages whose connection ended before the answer.", of => of.Lost, OfSent)
        {
            Word = words => words.Lost, Place = 4,
        },
        new("invalid", Lower, "Answers that were not what was asked for.", of => of.Invalid, "messages.answered")
        {
            Word = _ => "invalid", Place = 5,
        },
    ];

    /// <summary>Arrivals that fell due.</summary>
    public long Offered
    {
        get => _counts[Counter.MessagesOffered];
        init => _counts[Counter.MessagesOffered] = value;
    }

    /// <summary>Fell due and were never sent; they are not dropped from the schedule silently.</summary>
    public long NotSent { get; init; }

    public long Sent { get => _counts[Counter.MessagesSent]; init => _counts[Counter.MessagesSent] = value; }

    public long Answered
    {
        get => _counts[Counter.MessagesAnswered];
        init => _counts[Counter.MessagesAnswered] = value;
    }

    /// <summary>Answers that came after their message had been counted as timed out.</summary>
    public long Late { get => _counts[Counter.MessagesLate]; init => _counts[Counter.MessagesLate] = value; }

    public long TimedOut
    {
        get => _counts[Counter.MessagesTimedOut];
        init => _counts[Counter.MessagesTimedOut] = value;
    }

    /// <summary>Sent on a connection that ended before the answer; the invalid ones among them.</summary>
    public long Lost { get => _counts[Counter.MessagesLost]; init => _counts[Counter.MessagesLost] = value; }

    /// <summary>Answers that were not what was asked for.</summary>
    public long Invalid { get => _counts[Counter.MessagesInvalid]; init => _counts[Counter.MessagesInvalid] = value; }

    public long BytesSent { get => _counts[Counter.BytesSent]; init => _counts[Counter.BytesSent] = value; }

    public long BytesReceived
    {
        get => _counts[Counter.BytesReceived];
        init => _counts[Counter.BytesReceived] = value;
    }

    /// <summary>From what the workers counted.</summary>
    public static Messages Of(in Counts counts)
    {
        Messages messages = new() { _counts = counts };
        return messages with { NotSent = messages.Offered - messages.Sent, Lost = messages.Lost + messages.Invalid };
    }

    /// <summary>Adds up the messages of several runs.</summary>
    public static Messages Sum(IReadOnlyList<Messages> all)
    {
        Counts counts = default;
        foreach (Messages one in all)
        {
            counts = counts.Plus(one._counts);
        }

        return new Messages { _counts = counts, NotSent = all.Sum(one => one.NotSent) };
    }
}
