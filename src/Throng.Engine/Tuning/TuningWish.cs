namespace Throng.Engine;

/// <summary>Purpose that a host is to be made ready for.</summary>
public sealed record TuningWish
{
    public TuningRoles Roles { get; init; } = TuningRoles.Both;

    /// <summary>Also settings that the whole host shares, not only those of this network namespace.</summary>
    public bool HostToo { get; init; }

    /// <summary>Memory of the machine; 0 when it is not known.</summary>
    public long MemoryBytes { get; init; }

    public long PageBytes { get; init; } = Environment.SystemPageSize;

    /// <summary>Whether connections can be left out of connection tracking here.</summary>
    public NoTrackState NoTrack { get; init; } = new(NoTrackStanding.Needless, "");
}

/// <summary>Which end of a load a host is.</summary>
[Flags]
public enum TuningRoles
{
    None = 0,

    /// <summary>It opens connections.</summary>
    Client = 1,

    /// <summary>It accepts them.</summary>
    Server = 2,

    Both = Client | Server,
}
