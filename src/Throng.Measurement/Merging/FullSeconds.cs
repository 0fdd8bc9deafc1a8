namespace Throng.Measurement;

/// <summary>Ends of intervals at full seconds of the wall clock, so that those of several hosts end together.</summary>
public static class FullSeconds
{
    /// <summary>The next end after a moment; an interval shorter than half of the others becomes part of the next.
    /// </summary>
    /// <param name="started">The moment that is 0.</param>
    /// <param name="ns">The end before, from there.</param>
    /// <param name="lengthNs">Length of an interval: whole seconds.</param>
    public static long After(DateTimeOffset started, long ns, long lengthNs)
    {
        long originNs = started.UtcTicks % TimeSpan.TicksPerDay * 100;
        long endNs = ((((originNs + ns) / lengthNs) + 1) * lengthNs) - originNs;
        return endNs - ns < lengthNs / 2 ? endNs + lengthNs : endNs;
    }
}
