using Throng.Engine;

namespace Throng.Originals;

/// <summary>Settings that tcpclient or udpclient was given.</summary>
public sealed record QueryPlan
{
    /// <summary>The program's.</summary>
    public string Name { get; init; } = "";

    public Transport Transport { get; init; }

    public string Host { get; init; } = "";

    /// <summary>A number, or the name of a service.</summary>
    public string Port { get; init; } = "";

    public long RatePerSecond { get; init; }

    public long Connections { get; init; }

    /// <summary>0: as fast as it goes.</summary>
    public long ConnectsPerSecond { get; init; }

    /// <summary>0: until a signal.</summary>
    public long DurationSeconds { get; init; }

    public long Seed { get; init; }

    public bool WritesRows { get; init; }

    /// <summary>How often -v was given.</summary>
    public int Verbosity { get; init; }

    public bool ReadsRates { get; init; }

    public bool ReadsSlopes { get; init; }

    public bool HasTls { get; init; }
}
