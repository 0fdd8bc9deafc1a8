namespace Throng.Measurement;

/// <summary>
/// Bounds that follow from outcomes at different silences. Nothing that was seen contradicts them: every silence up to
/// <paramref name="GoodNs"/> was remembered whenever it was tried, and every one from <paramref name="BadNs"/> on was
/// forgotten.
/// </summary>
/// <param name="GoodNs">The longest silence below every one that was forgotten; null for none.</param>
/// <param name="BadNs">The shortest above every one that was remembered; null for none.</param>
/// <param name="OverlapNs">How far the longest that was remembered lies above the shortest that was forgotten; 0 where
/// it lies below.</param>
public readonly record struct IdleBracket(long? GoodNs, long? BadNs, long OverlapNs)
{
    /// <param name="lanes">Lanes that tell something, each with an outcome.</param>
    public static IdleBracket Of(IdleKind kind, IReadOnlyCollection<IdleLane> lanes)
    {
        (long AtNs, bool IsRemembered)[] outcomes =
            [.. lanes.Select(lane => (lane.AtNs(kind), lane.Outcome == IdleOutcome.Remembered))];
        long firstForgottenNs = long.MaxValue;
        long lastRememberedNs = long.MinValue;
        foreach ((long atNs, bool isRemembered) in outcomes)
        {
            firstForgottenNs = isRemembered ? firstForgottenNs : Math.Min(firstForgottenNs, atNs);
            lastRememberedNs = isRemembered ? Math.Max(lastRememberedNs, atNs) : lastRememberedNs;
        }

        long? goodNs = null;
        long? badNs = null;
        foreach ((long atNs, bool isRemembered) in outcomes)
        {
            if (isRemembered && atNs < firstForgottenNs)
            {
                goodNs = Math.Max(goodNs ?? atNs, atNs);
            }
            else if (!isRemembered && atNs > lastRememberedNs)
            {
                badNs = Math.Min(badNs ?? atNs, atNs);
            }
        }

        bool isMixed = firstForgottenNs != long.MaxValue && lastRememberedNs >= firstForgottenNs;
        return new IdleBracket(goodNs, badNs, isMixed ? lastRememberedNs - firstForgottenNs : 0);
    }

    /// <summary>How far its ends are apart; null where one is missing.</summary>
    public long? WidthNs => BadNs - GoodNs;
}
