using Throng.Cluster;
using Throng.Linux;

namespace Throng;

/// <summary>The clocks of this host.</summary>
internal static class HostClock
{
    public static ClusterTime Now => new(Clock.NowNs(), DateTimeOffset.UtcNow);
}
