namespace Throng.Measurement;

/// <summary>A saved run and what it is called, mostly the name of its file.</summary>
public sealed record NamedRun(string Name, RunDocument Run);
