using System.Reflection;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Name and version that this program gives of itself. The build puts the version into this assembly and into no other.
/// </summary>
public static class Release
{
    public static string Version { get; } =
        typeof(Release).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

#if DEBUG
    private const BuildKind Build = BuildKind.Debug;
#else
    private const BuildKind Build = BuildKind.Release;
#endif

    public static Tool Tool { get; } = new("throng", Version, Build);

    public static string Json => $"{{\"name\":\"throng\",\"version\":\"{Version}\"}}\n";
}
