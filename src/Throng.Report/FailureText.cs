using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The first and the last connection that ended badly, and what is kept of the packets of all, as a person reads it.
/// </summary>
internal static class FailureText
{
    /// <summary>Labels with their texts; none for a run in which nothing failed.</summary>
    public static IEnumerable<(string Label, string Text)> Rows(RunDocument run)
    {
        if (run.Failures is { Count: > 0 } failures)
        {
            yield return ("first failure", Describe(failures[0]));
            if (failures.Count > 1)
            {
                yield return ("last failure", Describe(failures[^1]));
            }
        }

        if (run.Pcap is { } pcap)
        {
            yield return ("pcap", Describe(pcap));
        }
    }

    private static string Describe(CaptureFigures pcap) =>
        $"{Units.Several(pcap.Connections, "connections")}, {Units.Several(pcap.Packets, "packets")}, "
            + $"{Units.Count(pcap.NotKept)} not kept, {Units.Count(pcap.Dropped)} dropped";

    private static string Describe(ConnectionFailure failure)
    {
        string name = failure.Host is { } host ? $" ({host})" : "";
        string where = failure.Phase switch
        {
            "connect" => "before it was open",
            "tls" => "in the TLS handshake",
            "awaiting" => "with an answer owed",
            "answering" => "within an answer",
            _ => "with nothing under way",
        };
        string age = failure.BeginNs is { } beginNs
            ? $", {Units.Duration(Math.Max(0, failure.EndNs - beginNs))} old"
            : "";
        string source = failure.Source is { } one ? $", in {one}" : "";
        return $"at {Units.Duration(failure.EndNs)}: {failure.Local} to {failure.Remote}{name}, {failure.Reason} "
            + $"{where}{age}{source}";
    }
}
