namespace Throng.Measurement;

/// <summary>What produced a document.</summary>
/// <param name="IsDebugBuild">A build whose figures nobody should quote; <c>build</c> is debug or release.</param>
public sealed record Tool(string Name, string Version, bool IsDebugBuild = false);
