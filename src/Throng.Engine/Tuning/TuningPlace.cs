using Throng.Linux;

namespace Throng.Engine;

/// <summary>Where and when changes hold: in one network namespace, until the next boot.</summary>
public sealed record TuningPlace(NetworkNamespace Namespace, string BootId)
{
    /// <summary>The place of the calling thread.</summary>
    public static TuningPlace Current =>
        new(NetworkNamespace.Current, Sysctl.TryRead("kernel.random.boot_id") ?? "");
}
