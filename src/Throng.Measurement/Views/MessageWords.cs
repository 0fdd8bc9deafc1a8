namespace Throng.Measurement;

/// <summary>
/// Words that a person uses for the messages of a run. In a load whose connections come and go, each connection is one
/// message, from the connect to the end.
/// </summary>
public sealed record MessageWords
{
    /// <summary>Words for messages on connections that stay.</summary>
    public static readonly MessageWords OfMessages = new()
    {
        Row = "messages", Messages = "messages", Offered = "offered", Sent = "sent", NotSent = "not sent",
        Answered = "answered", InTime = "answered in time", Lost = "lost", LostSoFar = "unanswered",
        LostHow = lost =>
            $"{Units.Were(lost)} lost: {(lost == 1 ? "its" : "their")} connection ended before the answer",
        Late = "left later than intended",
        HasLateAnswers = true,
    };

    /// <summary>Words for connections that come and go, each of which is one message.</summary>
    public static readonly MessageWords OfConnections = new()
    {
        Row = "lives", Messages = "connections", Offered = "due", Sent = "begun", NotSent = "not begun",
        Answered = "ended well", InTime = "over in time", Lost = "failed", LostSoFar = "did not end well",
        LostHow = _ => "failed: refused, reset, closed, or not to be opened",
        Late = "were begun later than intended",
    };

    /// <summary>The name of their row.</summary>
    public required string Row { get; init; }

    /// <summary>Many of them.</summary>
    public required string Messages { get; init; }
    public required string Offered { get; init; }
    public required string Sent { get; init; }
    public required string NotSent { get; init; }
    public required string Answered { get; init; }

    /// <summary>Word for messages that came in time; messages that timed out <c>were not</c> this.</summary>
    public required string InTime { get; init; }
    public required string Lost { get; init; }

    /// <summary>Word for messages lost while the run goes on.</summary>
    public required string LostSoFar { get; init; }

    /// <summary>How so many were lost, behind their number.</summary>
    public required Func<long, string> LostHow { get; init; }
    public required string Late { get; init; }

    /// <summary>Whether an answer is still awaited after its message has timed out.</summary>
    public bool HasLateAnswers { get; private init; }

    public static MessageWords For(RunDocument run) => CommandView.For(run).Words;
}
