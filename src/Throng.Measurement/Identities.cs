namespace Throng.Measurement;

/// <summary>
/// The sums that must come out in every document, whatever happened during the run. One that does not is a mistake in
/// this program, never a property of the network.
/// </summary>
public static class Identities
{
    /// <summary>The broken ones as text with both sides; empty when all hold.</summary>
    public static IReadOnlyList<string> Broken(RunDocument run)
    {
        List<string> broken = [];
        Connections connections = run.Connections;
        Check(broken, "opened", connections.Opened,
            "open + closed", connections.Open + connections.Closed.Total);
        if (run.Connect is { } connect)
        {
            Check(broken, "connect attempts", connect.Attempts,
                "opened + connect_failed" + (connections.Connecting is null ? "" : " + connecting"),
                connections.Opened + connections.ConnectFailed.Total + (connections.Connecting ?? 0));
        }

        if (run.Messages is { } messages)
        {
            Check(broken, "offered", messages.Offered, "not_sent + sent", messages.NotSent + messages.Sent);
            Check(broken, "sent", messages.Sent,
                "answered + timed_out + lost" + (messages.UnderWay is null ? "" : " + under_way"),
                messages.Answered + messages.TimedOut + messages.Lost + (messages.UnderWay ?? 0));
        }

        return broken;
    }

    private static void Check(List<string> broken, string left, long leftCount, string right, long rightCount)
    {
        if (leftCount != rightCount)
        {
            broken.Add($"{left} = {leftCount} but {right} = {rightCount}");
        }
    }
}
