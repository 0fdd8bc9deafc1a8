using Throng.Measurement;

namespace Throng;

/// <summary>What this program says of itself.</summary>
public static class Release
{
    public static string Version { get; } = typeof(Release).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

#if DEBUG
    private const bool IsDebugBuild = true;
#else
    private const bool IsDebugBuild = false;
#endif

    public static Tool Tool { get; } = new("throng", Version, IsDebugBuild);

    public static string Json => $"{{\"name\":\"throng\",\"version\":\"{Version}\"}}\n";
}
