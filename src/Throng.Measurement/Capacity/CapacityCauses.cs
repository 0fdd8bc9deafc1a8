namespace Throng.Measurement;

/// <summary>
/// Names the limit that a trial met. The first of this list that holds is the cause:
/// <list type="number">
/// <item>This host: half or more of the new connections found no port, descriptor, memory or permission here; or
/// connection tracking of this network namespace dropped packets.</item>
/// <item>Time: old ones went on ending while none were opened.</item>
/// <item>Everything suffers: new ones fail, and less than half of the old ones that were checked answered.</item>
/// <item>Eviction: new ones work, and old ones went. By which order is said as far as it was seen
/// (<see cref="EvictionOrders"/>).</item>
/// <item>The server: two or more new ones connected and were never answered (a full accept queue answers for a server
/// that accepts no more), or it closed or reset them after the handshake, or an accept queue of this network namespace
/// overflowed.</item>
/// <item>The path: the handshakes of new ones are dropped, or refused, by majority.</item>
/// </list>
/// </summary>
public static class CapacityCauses
{
    private const double MostRatio = 0.5;

    /// <summary>New ones that connected and had no answer, from which on they are not lost packets.</summary>
    private const long UnservedMin = 2;

    /// <summary>Ends in the pause are by time if there were so many of those before.</summary>
    private const double InPauseRatio = 0.2;

    private static readonly CloseReason[] Own =
        [CloseReason.NoPort, CloseReason.NoDescriptor, CloseReason.NoMemory, CloseReason.NotPermitted];

    /// <summary>The limit of this host that stopped a trial; null for none.</summary>
    public static CapacityCause? OwnOf(CapacityCounts trial)
    {
        long own = Own.Sum(reason => trial.Failed[reason]);
        return own == 0 || own < trial.NotServed * MostRatio ? null : new(
            CapacityOwner.Host, CapacityBehaviour.OwnLimit,
            string.Join(", ", Own.Where(reason => trial.Failed[reason] > 0)
                .Select(reason => $"{Units.Several(trial.Failed[reason], "connects")} {Words(reason)}")));
    }

    /// <param name="checks">Connections were checked with an echo.</param>
    public static CapacityCause Of(CapacityTrial trial, bool checks)
    {
        if (OwnOf(trial.Counts) is { } own)
        {
            return own;
        }

        CapacityCounts all = trial.Counts;
        if (!trial.IsFull)
        {
            return new(CapacityOwner.None, CapacityBehaviour.None, $"{Lived(trial, checks)}");
        }

        CapacityCounts atLimit = trial.Tried > 0 ? trial.AtLimit : all;
        if (trial.Sessions == 0 && all.Served == 0)
        {
            return new(CapacityOwner.Unknown, CapacityBehaviour.None, $"not one connection worked; {Failed(atLimit)}");
        }

        bool fails = atLimit.NotServed > atLimit.Served;
        if (trial.ConntrackDrops > 0 && fails)
        {
            return new(CapacityOwner.Host, CapacityBehaviour.OwnLimit,
                $"connection tracking of this host dropped {Units.Several(trial.ConntrackDrops, "packets")} "
                    + $"(network.conntrack_drops); {Failed(atLimit)}");
        }

        if (trial.EvictedInPause >= CapacitySearch.GoneMin
            && trial.EvictedInPause >= (all.Evicted - all.EvictedSilent) * InPauseRatio)
        {
            return new(CapacityOwner.Unknown, CapacityBehaviour.EndsByTime,
                $"{Gone(all)}, {Units.Count(trial.EvictedInPause)} of them while none were opened");
        }

        bool mostGone = trial.Surveyed > 0 && trial.Alive < trial.Surveyed * MostRatio;
        if (fails && (mostGone || all.Evicted > (trial.HeldBefore + all.Served) * MostRatio))
        {
            return new(CapacityOwner.Unknown, CapacityBehaviour.AllSuffer,
                $"{Failed(atLimit)}; {Lived(trial, checks)}; {Gone(all)}");
        }

        return !fails && all.Evicted >= CapacitySearch.GoneMin
            ? OfEviction(trial)
            : OfNewOnes(trial, atLimit, checks);
    }

    private static CapacityCause OfEviction(CapacityTrial trial)
    {
        CapacityBehaviour behaviour = trial.Order switch
        {
            EvictionOrder.Oldest => CapacityBehaviour.EvictsOldest,
            EvictionOrder.Idlest => CapacityBehaviour.EvictsIdlest,
            EvictionOrder.OldestOrIdlest => CapacityBehaviour.EvictsOldestOrIdlest,
            _ => CapacityBehaviour.Evicts,
        };
        return new(CapacityOwner.Path, behaviour,
            $"{Units.Several(trial.Counts.Served, "new connections")} worked and {Gone(trial.Counts)}");
    }

    private static CapacityCause OfNewOnes(CapacityTrial trial, CapacityCounts atLimit, bool checks)
    {
        CapacityCounts all = trial.Counts;
        string lived = Lived(trial, checks);
        long dropped = atLimit.Failed[CloseReason.ConnectTimeout];
        long refused = atLimit.Failed[CloseReason.Refused] + atLimit.Failed[CloseReason.Unreachable]
            + atLimit.Failed[CloseReason.Reset];
        if (all.Unserved >= UnservedMin && all.Unserved > all.Evicted)
        {
            string behind = dropped > 0 ? $"; then {Failed(atLimit)}" : "";
            return new(CapacityOwner.Server, CapacityBehaviour.Unserved,
                $"{Units.Several(all.Unserved, "connections")} were connected and never answered{behind}"
                    + $"{Overflows(trial)}; {lived}");
        }

        if (atLimit.Away > Math.Max(dropped, refused))
        {
            return new(CapacityOwner.Server,
                atLimit.AwayRst > atLimit.AwayFin ? CapacityBehaviour.Reset : CapacityBehaviour.Closed,
                $"{Failed(atLimit)}; {lived}");
        }

        if (trial.ListenOverflows > 0 && dropped >= refused)
        {
            return new(CapacityOwner.Server, CapacityBehaviour.Dropped,
                $"{Failed(atLimit)}{Overflows(trial)}; {lived}");
        }

        CapacityOwner path = checks ? CapacityOwner.Path : CapacityOwner.Unknown;
        return dropped > atLimit.NotServed * MostRatio
                ? new(path, CapacityBehaviour.Dropped, $"{Failed(atLimit)}; {lived}")
            : refused > atLimit.NotServed * MostRatio
                ? new(CapacityOwner.Path, CapacityBehaviour.Refused, $"{Failed(atLimit)}; {lived}")
            : new(CapacityOwner.Unknown, CapacityBehaviour.Mixed, $"{Failed(atLimit)}; {lived}");
    }

    /// <summary>How the new ones ended that were tried in quiet.</summary>
    private static string Failed(CapacityCounts tried)
    {
        string[] ways =
        [
            .. tried.Failed.ByCount().Select(one => $"{Units.Count(one.Value)} {one.Key}"),
            .. Way(tried.Unserved, "never answered"), .. Way(tried.AwayFin, "closed at once"),
            .. Way(tried.AwayRst, "reset after the handshake"), .. Way(tried.Wrong, "answered wrongly"),
            .. Way(tried.Other, "ended by another error"),
        ];
        return $"of {Units.Several(tried.Attempts, "new connections")} {Units.Count(tried.Served)} worked"
            + (ways.Length > 0 ? $" ({string.Join(", ", ways)})" : "");
    }

    private static string[] Way(long count, string words) => count > 0 ? [$"{Units.Count(count)} {words}"] : [];

    private static string Lived(CapacityTrial trial, bool checks) => !checks
        ? $"{Units.Several(trial.Sessions, "connections")} were open, none of them checked"
        : trial.Surveyed == 0 ? $"{Units.Several(trial.Sessions, "connections")} had answered"
        : $"{Units.Count(trial.Alive)} of {Units.Several(trial.Surveyed, "old ones")} answered";

    private static string Gone(CapacityCounts all)
    {
        string[] ways =
        [
            .. Way(all.EvictedSilent, "silently"), .. Way(all.EvictedRst, "by RST"), .. Way(all.EvictedFin, "by FIN"),
            .. Way(all.EvictedOther, "by another error"),
        ];
        return $"{Units.Several(all.Evicted, "old ones")} went ({string.Join(", ", ways)})";
    }

    private static string Overflows(CapacityTrial trial) => trial.ListenOverflows == 0 ? ""
        : $"; accept queues here overflowed {Units.Several(trial.ListenOverflows, "times")}";

    private static string Words(CloseReason reason) => reason switch
    {
        CloseReason.NoPort => "found no source port",
        CloseReason.NoDescriptor => "found no descriptor",
        CloseReason.NoMemory => "found no memory in the kernel",
        _ => "were forbidden by a filter of this host",
    };
}
