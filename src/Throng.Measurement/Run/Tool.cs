using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>The program that produced a document.</summary>
public sealed record Tool(string Name, string Version, BuildKind Build = BuildKind.Release)
{
    /// <summary>A build whose figures nobody should quote.</summary>
    [JsonIgnore]
    public bool IsDebugBuild => Build == BuildKind.Debug;
}
