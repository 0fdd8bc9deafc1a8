namespace Throng.Tests;

/// <summary>A clock that stands still in 2019, in UTC.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2019, 1, 21, 8, 40, 8, TimeSpan.Zero);
}
