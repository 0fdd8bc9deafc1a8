namespace Throng.Measurement;

/// <summary>Resident memory of the process at its peak, and what of it one connection costs.</summary>
/// <param name="BytesPerConnection">User space only; null when there were too few connections to tell.</param>
public sealed record MemoryUse(long RssBytes, double? BytesPerConnection);
