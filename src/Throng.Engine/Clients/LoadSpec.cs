using System.Net;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Settings that every load has, whatever it does on its connections: how many, from where to where.</summary>
public abstract record LoadSpec
{
    /// <summary>One connection for each address connected to, those of a server of the run's own included.</summary>
    public const long OnePerTarget = -1;

    /// <summary>Connections to keep open in the whole run; a run resolves <see cref="OnePerTarget"/>.</summary>
    public long Connections { get; init; } = OnePerTarget;

    /// <summary>Address and port of each target; none: an echo server of the run's own on loopback.</summary>
    public IReadOnlyList<SockAddr> Targets { get; init; } = [];

    /// <summary>Source addresses to spread over; none: the one the route to the target gives.</summary>
    public IReadOnlyList<IPAddress> Sources { get; init; } = [];

    /// <summary>Targets that were names with several addresses.</summary>
    public IReadOnlyList<TargetName> Names { get; init; } = [];

    /// <summary>Source ports to take; null: the host's ephemeral range. Reserved ones are left out.</summary>
    public PortRange? SourcePorts { get; init; }

    /// <summary>Order in which source ports and addresses are taken.</summary>
    public PortOrder PortOrder { get; init; }

    /// <summary>Connects per second over the whole run; 0: as fast as their outcomes allow.</summary>
    public double ConnectRatePerSecond { get; init; }

    public long ConnectTimeoutNs { get; init; } = 5_000_000_000;

    /// <summary>How connections are closed at the end and when fewer are wanted.</summary>
    public CloseKind Close { get; init; }

    /// <summary>TLS on every connection, and of an own server too; null: none.</summary>
    public TlsClientSpec? Tls { get; init; }

    public SocketOptions Socket { get; init; }

    /// <summary>How fast address pairs are used up; null when connections stay.</summary>
    public virtual Turnover? Turnover => null;

    /// <summary>
    /// Need of this process for its part of the load, for the sums of the plan; the workload knows all of it.
    /// </summary>
    internal LoadSpec PartOf(HostShare share) =>
        share.IsWhole ? this : this with { Connections = share.Of(Connections), Share = share };

    /// <summary>The part that <see cref="PartOf"/> has made.</summary>
    private HostShare Share { get; init; }

    /// <summary>The same as <see cref="Turnover"/>, of this part.</summary>
    internal Turnover? OwnTurnover => Turnover?.Times(Share.Ratio);

    /// <summary>The same as <see cref="BusyCpus"/>, of this part.</summary>
    internal double? OwnBusyCpus => BusyCpus * Share.Ratio;

    /// <summary>
    /// How many CPUs its schedule keeps busy on this side, estimated from what a message costs on an ordinary
    /// processor; null where that cannot be said beforehand.
    /// </summary>
    public virtual double? BusyCpus => null;

    /// <summary>Every target is on this host.</summary>
    public bool IsLoopback
    {
        get
        {
            foreach (SockAddr target in Targets)
            {
                if (!IPAddress.IsLoopback(target.Address))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
