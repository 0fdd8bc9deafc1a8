using System.Globalization;
using System.Text;

namespace Throng.Originals;

/// <summary>The statistics of one run of ctraffic, in the words and the order of its JSON. Times are ns since
/// <see cref="Started"/>.</summary>
public sealed record CtrafficStats
{
    /// <summary>As written; empty where a file has none.</summary>
    public string Started { get; init; } = "";

    public long Duration { get; init; }

    /// <summary>KB a second over all connections.</summary>
    public double Rate { get; init; }

    public long Connections { get; init; }

    public long PacketSize { get; init; }

    public long FailedConnections { get; init; }

    public long Sent { get; init; }

    public long Received { get; init; }

    public long Dropped { get; init; }

    public long Retransmits { get; init; }

    public long FailedConnects { get; init; }

    /// <summary>One for each connection and for each that took its place; in the order they were begun.</summary>
    public IReadOnlyList<CtrafficSlot> ConnStats { get; init; } = [];

    /// <summary>Sums so far, about once a second.</summary>
    public IReadOnlyList<CtrafficSample> Samples { get; init; } = [];

    /// <summary>One line of JSON with its newline. Lists that are empty are left out.</summary>
    public string ToJson()
    {
        StringBuilder json = new();
        json.Append(CultureInfo.InvariantCulture,
            $"{{\"Started\":{GoText.JsonText(Started)},\"Duration\":{Duration},\"Rate\":{GoText.JsonNumber(Rate)}");
        json.Append(CultureInfo.InvariantCulture, $",\"Connections\":{Connections},\"PacketSize\":{PacketSize}");
        json.Append(CultureInfo.InvariantCulture, $",\"FailedConnections\":{FailedConnections}");
        json.Append(CultureInfo.InvariantCulture, $",\"Sent\":{Sent},\"Received\":{Received},\"Dropped\":{Dropped}");
        json.Append(CultureInfo.InvariantCulture, $",\"Retransmits\":{Retransmits}");
        json.Append(CultureInfo.InvariantCulture, $",\"FailedConnects\":{FailedConnects}");
        AppendList(json, "ConnStats", ConnStats, (slot, into) => slot.AppendTo(into));
        AppendList(json, "Samples", Samples, (sample, into) => sample.AppendTo(into));
        return json.Append("}\n").ToString();
    }

    private static void AppendList<T>(
        StringBuilder json, string name, IReadOnlyList<T> items, Action<T, StringBuilder> append)
    {
        for (int i = 0; i < items.Count; i++)
        {
            json.Append(i == 0 ? $",\"{name}\":[" : ",");
            append(items[i], json);
            json.Append(i == items.Count - 1 ? "]" : "");
        }
    }
}
