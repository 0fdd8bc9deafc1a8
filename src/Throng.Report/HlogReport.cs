using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The intervals of a run as HdrHistogram's tools read them: interval log, format 1.3. Values are ns; the times of an
/// interval are seconds since the start that the head names, its maximum is in ms, as those tools write it.
/// </summary>
public static class HlogReport
{
    private const double SecondNs = Ns.Second;
    private const double MillisecondNs = Ns.Millisecond;

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        DateTime started = run.Started.UtcDateTime;
        double startedSeconds = (started - DateTime.UnixEpoch).TotalSeconds;
        StringBuilder text = new();
        text.Append(Letters.Line($"#[{run.Tool.Name} {run.Tool.Version} {run.Command}]")).Append('\n');
        text.Append("#[Histogram log format version 1.3]\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"#[StartTime: {startedSeconds:F3} (seconds since epoch), {started:yyyy-MM-ddTHH:mm:ss.fffZ}]\n");
        foreach ((string name, string value) in RunIdentity.Of(run))
        {
            text.Append(Letters.Line($"#[{name}: {value}]")).Append('\n');
        }

        text.Append("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
        foreach (TaggedHistogram one in run.Intervals)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"Tag={Letters.Line(one.Tag)},{one.StartNs / SecondNs:F3},{one.LengthNs / SecondNs:F3},");
            text.Append(CultureInfo.InvariantCulture, $"{one.MaxNs / MillisecondNs:F3},{one.Histogram}\n");
        }

        return text.ToString();
    }
}
