using Throng.Measurement;

namespace Throng.Report;

/// <summary>Reader of the result of a search for a capacity, from the section in which it is written.</summary>
internal static class CapacityReader
{
    public static CapacityResult Read(JsonPart part) => new()
    {
        IsOver = part.Flag("finished"),
        Sessions = part.CountOrNull("sessions"),
        Reached = part.Count("reached"),
        IsAtLeast = part.Flag("at_least"),
        LimitIsOwn = part.Flag("limit_is_own"),
        Spread = part.Number("spread"),
        Cause = CapacityCause.Told(part.Text("owner"), part.Text("behaviour"), part.Text("evidence")),
        Trials = part.List("trials", TrialOf),
        Recoveries = part.List("recoveries", one => new CapacityRecovery(
            one.Text("close"), one.Count("connections"), one.Count("reached"), one.CountOrNull("back_ns"),
            one.Count("fill_ns"))),
    };

    private static CapacityTrial TrialOf(JsonPart part) => new()
    {
        RatePerSecond = part.Number("rate_per_s") ?? 0,
        Slowed = (int)part.Count("slowed"),
        HeldBefore = part.Count("held_before"),
        EvictedInPause = part.Count("evicted_in_pause"),
        Surveyed = part.Count("surveyed"),
        Alive = part.Count("alive"),
        Tried = part.Count("tried"),
        TriedServed = part.Count("tried_served"),
        Sessions = part.Count("sessions"),
        IsFull = part.Flag("full"),
        LacksPlaces = part.Flag("lacks_places"),
        Order = EvictionOrders.Find(part.Text("order")),
        ListenOverflows = part.Count("listen_overflows"),
        SynRetransmits = part.Count("syn_retransmits"),
        ConntrackDrops = part.Count("conntrack_drops"),
        Counts = new CapacityCounts
        {
            Attempts = part.Count("attempted"),
            Opened = part.Count("opened"),
            Served = part.Count("served"),
            Unserved = part.Count("unserved"),
            AwayFin = part.Count("closed_at_once"),
            AwayRst = part.Count("reset_at_once"),
            Wrong = part.Count("wrong"),
            Other = part.Count("other"),
            EvictedSilent = part.Count("evicted_silent"),
            EvictedRst = part.Count("evicted_rst"),
            EvictedFin = part.Count("evicted_fin"),
            EvictedOther = part.Count("evicted_other"),
            Checks = part.Count("checked"),
            Failed = part.Reasons("failed"),
        },
    };
}
