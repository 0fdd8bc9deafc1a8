using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Milliseconds as 32 bits of a connection's record: differences hold for 49 days, which is longer than anything
/// shown as an age.
/// </summary>
internal static class Milliseconds
{
    public static uint Of(long nowNs) => (uint)(nowNs / Ns.Millisecond);

    /// <summary>Time from a stamp until now.</summary>
    public static long SinceNs(uint stampMs, long nowNs) => (Of(nowNs) - stampMs) * Ns.Millisecond;
}
