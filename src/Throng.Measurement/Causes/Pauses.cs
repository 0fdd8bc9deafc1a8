namespace Throng.Measurement;

/// <summary>Words for the time in which this program waited by its own rule before it connected again.</summary>
internal static class Pauses
{
    /// <summary>To be put behind other evidence; empty when it never waited.</summary>
    public static string Evidence(RunDocument run) => run.Connections is not { Pauses: > 0 } connections
        ? ""
        : $"; after failures this end waited {Units.Several(connections.Pauses, "times")} before it connected again, "
            + $"{Units.Duration(connections.PausedNs)} in all";
}
