using System.Text;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>One plain line per interval: what is open now, and what happened since the last line.</summary>
public sealed class ProgressLine(bool isServer)
{
    private Sample? _last;

    /// <summary>The line of this moment.</summary>
    public string Next(Sample now)
    {
        long sinceNs = Math.Max(1, now.AtNs - (_last?.AtNs ?? 0));
        string opened = Units.Count((long)Math.Round((now.Opened - (_last?.Opened ?? 0)) * 1e9 / sinceNs));
        StringBuilder line = new();
        if (isServer)
        {
            line.Append($"open {Units.Count(now.Open)} +{opened}/s lost {Units.Count(now.Lost)}");
            line.Append($" received {Units.Bytes(now.BytesReceived)} sent {Units.Bytes(now.BytesSent)}");
        }
        else
        {
            line.Append($"held {Units.Count(now.Open)}/{Units.Count(now.Target)} +{opened}/s");
            line.Append($" lost {Units.Count(now.Lost)} failed {Units.Count(now.Failed)}");
            line.Append($" connecting {Units.Count(now.Connecting)}");
        }

        if (!isServer && now.MessagesSent > 0)
        {
            line.Append($" pings {Units.Count(now.MessagesAnswered)}/{Units.Count(now.MessagesSent)}");
        }

        _last = now;
        return line.ToString();
    }
}
