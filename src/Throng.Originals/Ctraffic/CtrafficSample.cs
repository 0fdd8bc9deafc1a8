using System.Globalization;
using System.Text;

namespace Throng.Originals;

/// <summary>Packets since the start, at a time in ns since then.</summary>
public readonly record struct CtrafficSample(long Time, long Sent, long Received, long Dropped)
{
    public void AppendTo(StringBuilder json) => json.Append(
        CultureInfo.InvariantCulture,
        $"{{\"Time\":{Time},\"Sent\":{Sent},\"Received\":{Received},\"Dropped\":{Dropped}}}");
}
