namespace Throng.Engine;

/// <summary>Which backend a run uses, and why.</summary>
/// <param name="Kind">Never Auto.</param>
/// <param name="Reason">One line; empty when it was asked for by name.</param>
/// <param name="OwnTables">Whether a thread can have a descriptor table of its own (unshare is not refused).</param>
public sealed record EngineSelection(EngineChoice Kind, string Reason, bool OwnTables)
{
    public string Name => Kind switch
    {
        EngineChoice.Uring => "uring",
        EngineChoice.Kernel => "kernel",
        EngineChoice.Xdp => "xdp",
        EngineChoice.Packet => "packet",
        _ => "epoll",
    };

    /// <summary>The name, and why where there is something to say.</summary>
    public string Described => Reason.Length > 0 ? $"{Name} ({Reason})" : Name;

    /// <summary>Whether its connections are no sockets of the kernel, which then counts nothing of them.</summary>
    public bool IsPacket => Kind == EngineChoice.Packet;

    /// <summary>Whether a person named it, instead of leaving the choice to the host.</summary>
    public bool IsChosen { get; init; }

    /// <summary>
    /// Resolves a choice into the engine used on a host. io_uring by name stays io_uring where it does not work:
    /// refusing it is for the examination of the plan.
    /// </summary>
    public static EngineSelection Select(EngineChoice choice, HostFacts host) => choice switch
    {
        EngineChoice.Auto => host.UringWorks
            ? new EngineSelection(EngineChoice.Uring, "io_uring works here", host.OwnTables)
            : new EngineSelection(
                EngineChoice.Epoll, $"io_uring does not work here: {host.UringReason}", host.OwnTables),
        _ => new EngineSelection(choice, "", host.OwnTables) { IsChosen = true },
    };
}
