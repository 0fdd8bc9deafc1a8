namespace Throng.Measurement;

/// <summary>Error when any connect found no free source port: the generator's own limit.</summary>
public sealed class PortsExhausted : IRule
{
    public RuleNote Note { get; } = new("ports-exhausted", "error",
        "A connect found no free source port, or its source address had gone: this host's own limit.",
        "more --source addresses, more --target ports, or a wider net.ipv4.ip_local_port_range");

    public Finding? Judge(RunDocument run)
    {
        long count = run.Connections.ConnectFailed[CloseReason.NoPort];
        if (count == 0)
        {
            return null;
        }

        if (Reasons.Gone(run) is { } gone)
        {
            return Note.Found(
                Severity.Error,
                $"{gone} is no address of this host any more",
                $"{Units.Several(count, "connect was", "connects were")} to come from it at a peak of "
                    + $"{Units.Several(run.Connections.Peak, "connections")}; it was there when the run began",
                Reasons.Remedy(CloseReason.NoPort, run));
        }

        RunLimits? limits = run.Limits is { PortsTarget.Length: > 0 } known ? known : null;
        string ports = limits is null ? "" : $"; {limits.PortsSource} has {Units.Count(limits.PortsPerSource)} ports"
            + $" towards one target, those in use by others included ({limits.Setting(LocalPorts)})";
        return Note.Found(
            Severity.Error,
            limits is null
                ? "this host ran out of source ports towards the target"
                : $"{limits.PortsSource} ran out of source ports towards {limits.PortsTarget}",
            $"{Units.Several(count, "connects")} had no port at a peak of "
                + Units.Several(run.Connections.Peak, "connections") + ports + (Reasons.IsTimeWait(run)
                    ? "; " + Units.Several(
                        run.Limits!.TimeWait!.Value, "connection here is in TIME_WAIT",
                        "connections here are in TIME_WAIT")
                    : ""),
            Reasons.Remedy(CloseReason.NoPort, run));
    }

    private const string LocalPorts = "net.ipv4.ip_local_port_range";
}
