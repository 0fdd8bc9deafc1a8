namespace Throng.Measurement;

/// <summary>The counts of a document as its workers had them.</summary>
public static class RunCounts
{
    public static Counts Of(RunDocument run)
    {
        Counts counts = default;
        counts[Counter.Opened] = run.Connections.Opened;
        counts[Counter.Attempts] = run.Connect?.Attempts ?? run.Connections.Opened;
        counts[Counter.Reconnected] = run.Connections.Reconnected;
        counts[Counter.Unserved] = run.Connections.Unserved;
        counts[Counter.Pauses] = run.Connections.Pauses;
        counts[Counter.PausedNs] = run.Connections.PausedNs;
        if (run.Messages is { } messages)
        {
            counts[Counter.MessagesOffered] = messages.Offered;
            counts[Counter.MessagesSent] = messages.Sent;
            counts[Counter.MessagesAnswered] = messages.Answered;
            counts[Counter.MessagesTimedOut] = messages.TimedOut;
            counts[Counter.MessagesLate] = messages.Late;
            counts[Counter.MessagesUnsolicited] = messages.Unsolicited;
            counts[Counter.MessagesInvalid] = messages.Invalid;
            counts[Counter.MessagesRefused] = messages.Refused;
            counts[Counter.MessagesLost] = messages.Lost - messages.Invalid;
            counts[Counter.BytesSent] = messages.BytesSent;
            counts[Counter.BytesReceived] = messages.BytesReceived;
        }

        return counts;
    }
}
