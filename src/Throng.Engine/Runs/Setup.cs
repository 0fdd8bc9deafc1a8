using System.Net;
using System.Net.Sockets;
using Throng.Linux;
using Throng.Measurement;
using Sockets = Throng.Linux.Sockets;

namespace Throng.Engine;

/// <summary>The steps of every run before its workers exist: limits, threads, source ports and addresses.</summary>
internal static class Setup
{
    /// <summary>Share of its time that a worker is to be busy by the estimate; the rest is for what was not foreseen.
    /// </summary>
    private const double BusyWanted = 0.6;

    /// <summary>
    /// The host a run starts on. Raises the soft descriptor limit to the hard one, unless told to leave it.
    /// </summary>
    public static HostFacts Host(RunSpec run)
    {
        _ = Limits.GetDescriptors(out ulong soft, out ulong hard);
        bool isLeft = !run.KeepLimits && soft < hard && Limits.SetDescriptors(hard, hard) < 0;
        HostFacts host = HostReader.Read(triesUring: run.Engine != EngineChoice.Epoll);
        return isLeft ? host with { NofileHard = host.NofileSoft } : host;
    }

    public static int Threads(RunSpec run, int cpus) => run.Engine == EngineChoice.Packet ? run.Packets?.Queues ?? 1
        : run.Threads > 0 ? run.Threads
        : Math.Max(1, cpus);

    /// <summary>
    /// The same for a load. One that keeps few CPUs busy has no more workers than it needs: two that are idle wake
    /// twice as often as one that is not, and share nothing of what they fetch.
    /// </summary>
    public static int Threads(RunSpec run, LoadSpec load, int cpus)
    {
        if (run.Threads > 0 || run.Engine == EngineChoice.Packet || load.OwnBusyCpus is not { } busy)
        {
            return Threads(run, cpus);
        }

        double both = load.Targets.Count > 0 ? busy : busy * 2;
        return (int)Math.Clamp(Math.Ceiling(both / BusyWanted), 1, Math.Max(1, cpus));
    }

    /// <summary>The load with nothing left to decide; where it has no target each worker is one.</summary>
    /// <param name="cpus">How many the host has for this process; null: this host.</param>
    public static T Resolved<T>(T load, RunSpec run, int? cpus = null)
        where T : LoadSpec
    {
        if (load.Connections != LoadSpec.OnePerTarget)
        {
            return load;
        }

        int targets = load.Targets.Count > 0 ? load.Targets.Count : Threads(run, load, cpus ?? Linux.Host.Cpus.Length);
        return (T)(load with { Connections = targets });
    }

    public static RunSpec Seeded(RunSpec run) =>
        run.Seed != 0 ? run : run with { Seed = (ulong)DateTime.UtcNow.Ticks };

    /// <summary>
    /// When a run is told to begin, by the workers' clock; 0: it is not told; long.MaxValue: it waits to be told.
    /// </summary>
    public static long StartNs(RunSpec run) => run.AwaitsStart ? long.MaxValue
        : run.StartAt is { } at ? NsOf(at)
        : 0;

    /// <summary>A moment by the workers' clock, which is never 0.</summary>
    public static long NsOf(DateTimeOffset at) =>
        Math.Max(1, Clock.NowNs() + ((at - DateTimeOffset.UtcNow).Ticks * (Ns.Second / TimeSpan.TicksPerSecond)));

    /// <summary>A rate that came in without a reader that refuses it, such as bandwidth by message size.</summary>
    /// <exception cref="SetupException">No schedule is kept of it.</exception>
    public static void RefuseTooFast(double perSecond)
    {
        if (!RateProfile.IsKept(perSecond, out string error))
        {
            throw new SetupException(error, "lower the rate");
        }
    }

    /// <summary>The ports given, or the host's ephemeral ones, without those it reserves.</summary>
    public static PortSpan SourcePorts(HostFacts host, PortRange? given)
    {
        PortRange range = given ?? host.LocalPorts;
        return PortSpan.From(
            range.Low, range.High, port => host.ReservedPorts.Any(reserved => reserved.Contains(port)));
    }

    /// <summary>
    /// How connections get their source: by a port range of one port where the kernel knows that and the ports are
    /// of its own range, else by a bind.
    /// </summary>
    public static SourceBinding Binding(HostFacts host, IReadOnlyList<IPAddress> sources, PortRange? ports)
    {
        bool isWithin = ports is not { } given
            || (host.LocalPorts.Contains(given.Low) && host.LocalPorts.Contains(given.High));
        return !isWithin || !host.TakesPortRange ? SourceBinding.AddressAndPort
            : sources.Count > 0 ? SourceBinding.Address
            : SourceBinding.Nothing;
    }

    /// <summary>
    /// The same for datagrams, of which a kernel does not say that two sockets are bound to the same ports: with one
    /// target a port is nobody else's, with several it serves all of them.
    /// </summary>
    public static SourceBinding DatagramBinding(int targets) =>
        targets > 1 ? SourceBinding.AddressAndPort : SourceBinding.Exclusive;

    /// <summary>The length of an accept queue: what was asked for, else the most the system allows.</summary>
    public static int Backlog(HostFacts host, int asked) =>
        asked > 0 ? asked : (int)Math.Min(int.MaxValue, host.AcceptQueueMax ?? 4096);

    /// <summary>
    /// The source addresses of each target: those given that fit its family, else the one its route gives. Unspecified
    /// where there is no route now; the connect will then say why.
    /// </summary>
    /// <exception cref="SetupException">No source fits a target's family.</exception>
    public static SockAddr[] Sources(IReadOnlyList<SockAddr> targets, IReadOnlyList<IPAddress> given)
    {
        if (given.Count == 0)
        {
            Dictionary<IPAddress, SockAddr> routed = [];
            return [.. targets.Select(target => Routed(target, routed))];
        }

        List<SockAddr> sources = [];
        int perTarget = targets.Min(target => given.Count(source => Fits(source, target)));
        foreach (SockAddr target in targets)
        {
            SockAddr[] fitting = [.. given.Where(source => Fits(source, target)).Select(one => SockAddr.From(one, 0))];
            if (fitting.Length == 0)
            {
                throw new SetupException(
                    $"no --source address has the family of the target {target}",
                    $"add an {(target.IsIPv6 ? "IPv6" : "IPv4")} source, or leave --source out");
            }

            sources.AddRange(fitting.Take(Math.Max(1, perTarget)));
        }

        return [.. sources];
    }

    /// <summary>Once for a run, not by each worker: there may be tens of thousands of sources.</summary>
    /// <exception cref="SetupException">No connection can come from one of these addresses.</exception>
    public static void RefuseForeign(IReadOnlyList<IPAddress> sources)
    {
        foreach (IPAddress source in sources)
        {
            Zone.Refuse(source, $"{source}", host => $"--source {host}");
            RefuseForeign(source);
        }
    }

    /// <summary>Finds workers that go before a server on this host, which then looks slow.</summary>
    public static IEnumerable<Finding> Greed(LoadSpec load, RunSpec run)
    {
        if (run.Nice < 0 && load.Targets.Any(target => !IsForeign(SockAddr.From(target.Address, 0))))
        {
            yield return RuleNote.NiceBesideServer.Found(
                Severity.Warning,
                $"workers run at nice {run.Nice} and the other end is on this host: they take the CPU that it needs",
                "a server that is starved answers late, and looks slow",
                "leave --nice out, or run the server on another host");
        }
    }

    /// <summary>Whether an address is none of this host's; its port is 0.</summary>
    public static bool IsForeign(SockAddr address)
    {
        int fd = Sockets.Open(address.Family, SocketConstants.SOCK_DGRAM);
        int result = fd < 0 ? fd : Sockets.Bind(fd, address);
        _ = Sockets.Close(fd);
        return result == -Errno.EADDRNOTAVAIL;
    }

    private static void RefuseForeign(IPAddress source)
    {
        if (IsForeign(SockAddr.From(source, 0)))
        {
            string alone = source.AddressFamily == AddressFamily.InterNetwork ? $"{source}/32" : $"{source}/128";
            throw new SetupException(
                $"--source {source} is no address of this host",
                $"add it (ip addr add {alone} dev lo, if the way back leads here), or leave it out",
                Errno.EADDRNOTAVAIL);
        }
    }

    private static bool Fits(IPAddress source, SockAddr target) =>
        source.AddressFamily == AddressFamily.InterNetworkV6 == target.IsIPv6;

    /// <summary>
    /// Finds the source that the route gives, which is the address a connected datagram socket is bound to; nothing is
    /// sent.
    /// </summary>
    private static SockAddr Routed(SockAddr target, Dictionary<IPAddress, SockAddr> known)
    {
        if (known.TryGetValue(target.Address, out SockAddr source))
        {
            return source;
        }

        int fd = Sockets.Open(target.Family, SocketConstants.SOCK_DGRAM);
        if (fd >= 0 && Sockets.Connect(fd, target) >= 0 && Sockets.LocalAddress(fd, out SockAddr bound) >= 0)
        {
            source = bound.WithPort(0);
        }

        _ = Sockets.Close(fd);
        known[target.Address] = source;
        return source;
    }
}
