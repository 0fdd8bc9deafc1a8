using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The section of a document that `capacity` writes.</summary>
internal static class CapacitySection
{
    public static Section Of(CapacityResult result, Sample held, LoadLayout layout) => new()
    {
        ["targets"] = layout.Targets,
        ["server"] = layout.Server,
        ["finished"] = result.IsOver,
        ["sessions"] = result.Sessions ?? Node.Null,
        ["reached"] = result.Reached,
        ["at_least"] = result.IsAtLeast,
        ["limit"] = layout.Connections,
        ["limit_is_own"] = result.LimitIsOwn,
        ["spread"] = result.Spread is { } spread ? Math.Round(spread, 5) : Node.Null,
        ["owner"] = result.Cause.OwnerName,
        ["behaviour"] = result.Cause.BehaviourName,
        ["evidence"] = result.Cause.Evidence,
        ["port_collisions"] = held.PortCollisions,
        ["trials"] = Node.ListOf([.. result.Trials.Select((trial, at) => (Node)TrialOf(trial, at + 1))]),
        ["recoveries"] = Node.ListOf([.. result.Recoveries.Select(one => (Node)RecoveryOf(one))]),
    };

    private static Section TrialOf(CapacityTrial trial, int number)
    {
        CapacityCounts counts = trial.Counts;
        Section failed = [];
        foreach (KeyValuePair<string, long> one in counts.Failed)
        {
            failed[one.Key] = one.Value;
        }

        return new Section
        {
            ["trial"] = number,
            ["rate_per_s"] = trial.RatePerSecond,
            ["slowed"] = trial.Slowed,
            ["held_before"] = trial.HeldBefore,
            ["attempted"] = counts.Attempts,
            ["opened"] = counts.Opened,
            ["served"] = counts.Served,
            ["unserved"] = counts.Unserved,
            ["closed_at_once"] = counts.AwayFin,
            ["reset_at_once"] = counts.AwayRst,
            ["wrong"] = counts.Wrong + counts.Spoilt,
            ["other"] = counts.Other + counts.Withdrawn,
            ["evicted_silent"] = counts.EvictedSilent,
            ["evicted_rst"] = counts.EvictedRst,
            ["evicted_fin"] = counts.EvictedFin,
            ["evicted_other"] = counts.EvictedOther,
            ["evicted_in_pause"] = trial.EvictedInPause,
            ["checked"] = counts.Checks,
            ["surveyed"] = trial.Surveyed,
            ["alive"] = trial.Alive,
            ["tried"] = trial.Tried,
            ["tried_served"] = trial.TriedServed,
            ["sessions"] = trial.Sessions,
            ["full"] = trial.IsFull,
            ["lacks_places"] = trial.LacksPlaces,
            ["order"] = EvictionOrders.Name(trial.Order),
            ["listen_overflows"] = trial.ListenOverflows,
            ["syn_retransmits"] = trial.SynRetransmits,
            ["conntrack_drops"] = trial.ConntrackDrops,
            ["failed"] = failed,
        };
    }

    private static Section RecoveryOf(CapacityRecovery recovery) => new()
    {
        ["close"] = recovery.Close,
        ["connections"] = recovery.Connections,
        ["reached"] = recovery.Reached,
        ["back_ns"] = recovery.BackNs ?? Node.Null,
        ["fill_ns"] = recovery.FillNs,
    };
}
