using System.ComponentModel;

namespace Throng.Measurement;

/// <summary>Room that a run had, and those of its own limits that it came up against.</summary>
public sealed record RunLimits
{
    /// <summary>Sockets its workers have room for, and the sum that makes it.</summary>
    public long Sockets { get; init; }
    public string Arithmetic { get; init; } = "";

    /// <summary>Accepts the kernel refused, and the name of the last errno; empty when there were none.</summary>
    public long AcceptFailures { get; init; }
    public string AcceptErrno { get; init; } = "";

    /// <summary>
    /// The source (or so many of them) and the target that ran out of ports last, and how many ports a source has
    /// towards one target; empty when none did.
    /// </summary>
    public string PortsSource { get; init; } = "";
    public string PortsTarget { get; init; } = "";
    public long PortsPerSource { get; init; }

    /// <summary>A source address that this host had at the start and has no more; empty when there is none.</summary>
    public string SourceGone { get; init; } = "";

    /// <summary>
    /// Connections of this network namespace in TIME_WAIT when a port was missing, the most seen; null when none was.
    /// </summary>
    public long? TimeWait { get; init; }

    /// <summary>Length of each of this run's accept queues; null when it does not listen.</summary>
    public long? Backlog { get; init; }

    /// <summary>Kernel settings by their names, as they were at the end.</summary>
    [Description("Settings of the host by name.")]
    public Section Sysctls { get; init; } = [];

    /// <summary>A setting as people read it: <c>net.core.somaxconn is 4,096</c>.</summary>
    public string Setting(string name) => Sysctls.Find(name) switch
    {
        { Kind: NodeKind.Integer } number => $"{name} is {Units.Count(number.Integer)}",
        { Kind: NodeKind.Text } text => $"{name} is {text.Text}",
        _ => $"{name} is not known",
    };

    /// <summary>A setting that is one number; null when it is not there.</summary>
    public long? Number(string name) =>
        Sysctls.Find(name) is { Kind: NodeKind.Integer } number ? number.Integer : null;
}
