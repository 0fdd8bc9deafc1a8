using System.Globalization;
using System.Text;

namespace Throng.Originals;

/// <summary>One connection in ctraffic's statistics, and the attempts to open it. Times are ns since the run's start.
/// </summary>
public sealed record CtrafficSlot
{
    /// <summary>When it was first wanted.</summary>
    public long Started { get; init; }

    /// <summary>When it was open; 0: it never was.</summary>
    public long Connect { get; init; }

    public long Ended { get; init; }

    /// <summary>Why it was lost; empty for one that was not.</summary>
    public string Err { get; init; } = "";

    public long Sent { get; init; }

    public long Received { get; init; }

    public long Dropped { get; init; }

    public long Retransmits { get; init; }

    public string Local { get; init; } = "";

    public string Remote { get; init; } = "";

    /// <summary>The name of its server; empty: it gave none.</summary>
    public string Host { get; init; } = "";

    public void AppendTo(StringBuilder json)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{\"Started\":{Started},\"Connect\":{Connect},\"Ended\":{Ended}");
        json.Append(CultureInfo.InvariantCulture, $",\"Err\":{GoText.JsonText(Err)},\"Sent\":{Sent}");
        json.Append(CultureInfo.InvariantCulture, $",\"Received\":{Received},\"Dropped\":{Dropped}");
        json.Append(CultureInfo.InvariantCulture, $",\"Retransmits\":{Retransmits}");
        json.Append($",\"Local\":{GoText.JsonText(Local)},\"Remote\":{GoText.JsonText(Remote)}");
        json.Append(Host.Length == 0 ? "}" : $",\"Host\":{GoText.JsonText(Host)}}}");
    }
}
