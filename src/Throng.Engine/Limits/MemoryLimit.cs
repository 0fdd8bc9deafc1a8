using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Memory of the host, and of the control group: a socket counts in both.</summary>
public static class MemoryLimit
{
    /// <summary>The cost of a connection is known well, what else the host needs is not.</summary>
    private const double NearRatio = 0.8;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan) => host.MemoryAvailableBytes is not { } available
        ? null
        : Judged(new LimitRow("memory", "MemAvailable", Units.Bytes(available)), available, plan);

    public static LimitRow? OfGroup(HostFacts host, LoadPlan plan)
    {
        if (host.Cgroup.MemoryMaxBytes is not { } max)
        {
            return null;
        }

        long left = Math.Max(0, max - host.Cgroup.MemoryUsedBytes);
        string setting = host.Cgroup.MemorySetting;
        LimitRow row = Judged(
            new LimitRow("cgroup memory", setting, Units.Bytes(left)), left, plan);
        double needed = row.NeedsNumber ?? 4.0 * max;
        return row with
        {
            Command = $"echo {Remaining.Rounded(host.Cgroup.MemoryUsedBytes + (needed / NearRatio))} > "
                + $"{host.Cgroup.MemoryFolder}/{setting}",
            Note = $"of {Units.Bytes(max)}; a container's memory limit, and sockets count in it",
        };
    }

    private static LimitRow Judged(LimitRow row, long available, LoadPlan plan)
    {
        row = row with
        {
            HasNumber = available,
            Connections = Remaining.Of(available, LoadPlan.ProcessBytes, plan.BytesPerConnection),
            Remedy = "ask for fewer, or give it more memory",
        };
        if (plan.Connections is not { } connections)
        {
            return row;
        }

        long needed = plan.BytesOf(connections);
        LimitState state = LimitRow.StateOf(needed, available, NearRatio);
        return row with
        {
            Needs = Units.Bytes(needed),
            NeedsNumber = needed,
            State = state,
            Sentence = state == LimitState.Ok ? "" : $"{Units.Count(connections)} connections need about "
                + $"{Units.Bytes(needed)} of memory, {Units.Bytes(plan.BytesPerConnection)} each here and in the "
                + $"kernel, and {Units.Bytes(available)} are left ({row.Setting})",
        };
    }
}
