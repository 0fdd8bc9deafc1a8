using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>The tables that ctraffic makes of saved statistics: columns with blanks between.</summary>
public static class CtrafficAnalysis
{
    private const double SecondNs = Ns.Second;
    private const long KilobyteBytes = 1024;

    /// <summary>Longest run that a row for each second is made of.</summary>
    private const long DurationMaxNs = 7 * 24 * 3600 * Ns.Second;

    /// <summary>The names to ask by.</summary>
    public static IReadOnlyList<string> Names { get; } = ["throughput", "connections", "hosts"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="error">Why there is no table; empty when there is one.</param>
    public static string Render(CtrafficStats stats, string name, out string error)
    {
        error = "";
        return name switch
        {
            "throughput" => Throughput(stats, out error),
            "connections" => Connections(stats, out error),
            _ => Hosts(stats),
        };
    }

    /// <summary>Between two samples: the time in the middle in seconds, and the KB received a second.</summary>
    private static string Throughput(CtrafficStats stats, out string error)
    {
        error = stats.Samples.Count == 0 ? "No samples found" : "";
        if (error.Length > 0)
        {
            return "";
        }

        StringBuilder table = new("Time Throughput\n");
        for (int i = 1; i < stats.Samples.Count; i++)
        {
            CtrafficSample before = stats.Samples[i - 1];
            CtrafficSample now = stats.Samples[i];
            double seconds = GoText.Seconds(now.Time - before.Time);
            long kilobytes = (now.Received - before.Received) * stats.PacketSize / KilobyteBytes;
            double middle = GoText.Seconds(before.Time + ((now.Time - before.Time) / 2));
            double perSecond = seconds > 0 ? kilobytes / seconds : 0;
            table.Append($"{GoText.Number(middle)} {GoText.Number(perSecond)}\n");
        }

        return table.ToString();
    }

    /// <summary>A row for each full second of the run: what is open at its end, and what happened in it.</summary>
    private static string Connections(CtrafficStats stats, out string error)
    {
        CtrafficSlot[] slots = [.. stats.ConnStats.Where(slot => slot != new CtrafficSlot())];
        error = slots.Any(slot => slot.Ended == 0) ? "A connection has never ended"
            : stats.Duration > DurationMaxNs ? "The run took more than 7 days, and there is a row for each second"
            : "";
        if (error.Length > 0)
        {
            return "";
        }

        StringBuilder table = new("Time Active New Failed Connecting\n");
        for (long second = 1; second * SecondNs < stats.Duration; second++)
        {
            double from = (second - 1) * SecondNs;
            double to = second * SecondNs;
            int active = 0;
            int begun = 0;
            int failed = 0;
            int connecting = 0;
            foreach (CtrafficSlot slot in slots)
            {
                // A run that was given up leaves times before its start.
                double ended = slot.Ended < 0 ? double.PositiveInfinity : slot.Ended;
                bool goesOn = ended > to;
                bool isOpen = slot.Connect != 0 && slot.Connect <= to;
                active += isOpen && goesOn ? 1 : 0;
                begun += slot.Started > from && slot.Started <= to && goesOn ? 1 : 0;
                failed += slot.Err.Length > 0 && ended >= from && ended < to ? 1 : 0;
                connecting += slot.Started <= to && !isOpen && goesOn ? 1 : 0;
            }

            table.Append(CultureInfo.InvariantCulture,
                $"{GoText.Number(second - 0.5)} {active} {begun} {failed} {connecting}\n");
        }

        return table.ToString();
    }

    /// <summary>Table of the servers that gave a name: how many connections each of them lost and kept.</summary>
    private static string Hosts(CtrafficStats stats)
    {
        CtrafficSlot[] named = [.. stats.ConnStats.Where(slot => slot.Host.Length > 0)];
        StringBuilder table = new();
        foreach ((string title, bool isLost) in ((string, bool)[])[("Lost", true), ("Lasting", false)])
        {
            CtrafficSlot[] those = [.. named.Where(slot => slot.Err.Length > 0 == isLost)];
            table.Append(CultureInfo.InvariantCulture, $"{title} connections: {those.Length}\n");
            foreach (IGrouping<string, CtrafficSlot> host in those
                .GroupBy(slot => slot.Host).OrderBy(host => host.Key, StringComparer.Ordinal))
            {
                table.Append(CultureInfo.InvariantCulture, $"  {host.Key} {host.Count()}\n");
            }
        }

        return table.ToString();
    }
}
