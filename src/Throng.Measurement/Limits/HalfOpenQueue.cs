namespace Throng.Measurement;

/// <summary>The queue of half-open connections of a listener, where no cookies are sent.</summary>
public static class HalfOpenQueue
{
    /// <summary>How many may be half-open from peers not known yet: three quarters of the limit, and one.</summary>
    /// <param name="max">net.ipv4.tcp_max_syn_backlog.</param>
    public static long OfUnknown(long max) => max - (max / 4) + 1;
}
