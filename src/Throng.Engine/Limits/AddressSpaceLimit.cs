using Throng.Measurement;

namespace Throng.Engine;

/// <summary>RLIMIT_AS, where it is set: slabs and buffers are reserved as addresses before they are memory.</summary>
public static class AddressSpaceLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (host.AddressSpaceBytes is not { } max)
        {
            return null;
        }

        long fixedBytes = plan.Capacity.Workers * Worker.ReservedBytes;
        long each = (long)plan.SocketsPerConnection * plan.OwnBytes;
        long left = Math.Max(0, max - host.AddressSpaceUsedBytes);
        LimitRow row = new("addresses", "RLIMIT_AS", Units.Bytes(left))
        {
            HasNumber = left,
            Connections = Remaining.Of(left, fixedBytes, each),
            Command = "ulimit -v unlimited",
            Note = $"of {Units.Bytes(max)}",
        };
        if (plan.Connections is not { } connections)
        {
            return row;
        }

        long needed = fixedBytes + (plan.Capacity.Sockets * plan.OwnBytes);
        LimitState state = LimitRow.StateOf(needed, left);
        return row with
        {
            Needs = Units.Bytes(needed),
            NeedsNumber = needed,
            State = state,
            Sentence = state == LimitState.Ok ? "" : $"{Units.Count(connections)} connections need "
                + $"{Units.Bytes(needed)} of addresses, and {Units.Bytes(left)} are left (RLIMIT_AS)",
        };
    }
}
