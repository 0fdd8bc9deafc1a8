using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>Options of `serve` for --engine kernel and --engine xdp, and the things that these two cannot do.</summary>
public static class KernelEngines
{
    private const string Kernel = "kernel";
    private const string Xdp = "xdp";

    public static Option<string> XdpMode { get; } = Declare.Choice(
        "xdp-mode", "MODE", ["auto", "generic", "native"], "auto",
        "generic (any interface), native (in the driver; on a veth the other end needs "
            + "`ethtool -K PEER tx off` and an XDP program of its own) or auto (native where the driver can and it "
            + "is no veth)");

    public static IReadOnlyList<string> About { get; } =
    [
        "With --engine kernel a BPF program sends what a socket receives out of it again; no byte comes here. TCP and "
            + "echo only. It costs next to no CPU here, and it holds nobody back: a peer that writes "
            + "faster than the echo comes back to it, whether it reads or not, is reset with more than 16 MiB on the "
            + "way. It is for messages with an answer each, and not for streams. As many connections as descriptors. "
            + "Needs CAP_BPF and CAP_NET_ADMIN.",
        "With --engine xdp TCP packets to the addresses of --listen are answered on --interface before the network "
            + "stack, without sockets and without memory: as many connections as come. That tests clients and what "
            + "lies between, and not a server: there is no accept queue and no TIME_WAIT, lost bytes are sent again by "
            + "the client, and a client counts more retransmits than with a server. Packets from a served port, IP "
            + "options, fragments and VLAN tags are not answered. Needs CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.",
    ];

    public static void Contradictions(Values values, Contradiction found)
    {
        string engine = values.Get(SharedOptions.Engine);
        bool isXdp = engine == Xdp;
        if (engine == PacketEngine.Name)
        {
            found.Add($"{values.Origin(SharedOptions.Engine)} {engine} is of loads: it opens connections and accepts "
                + "none");
        }

        if (!isXdp)
        {
            found.NoEffect([PacketEngine.Interface, XdpMode], "has no effect without --engine xdp");
        }

        if (!isXdp && engine != Kernel)
        {
            return;
        }

        string written = $"{values.Origin(SharedOptions.Engine)} {engine}";
        if (values.Get(ServeOptions.Mode) != ServeModes.Name(ServeMode.Echo))
        {
            found.Add($"{written} only echoes: leave --mode {values.Get(ServeOptions.Mode)} out, or the engine");
        }

        if (values.Get(ServeOptions.Transport) != "tcp")
        {
            found.Add($"{written} is of --transport tcp");
        }

        if (values.Get(TlsOptions.Tls))
        {
            found.Add($"{written} has no TLS: its bytes never come here to be decrypted");
        }

        found.NoEffect(
            [SharedOptions.Threads, SharedOptions.Nice], $"has no effect with {written}: there are no workers");
        found.NoEffect(SharedOptions.Room, $"has no effect with {written}");
        if (isXdp)
        {
            found.NoEffect(ServeOptions.Backlog, $"has no effect with {written}: it has no accept queue");
            if (values.Get(PacketEngine.Interface).Length == 0)
            {
                found.Missing($"{written} needs --interface: whose packets it answers");
            }
        }
    }

    /// <summary>
    /// Completes the specification for --engine xdp: a server of packets takes only named addresses, and a limited
    /// number of port ranges.
    /// </summary>
    public static ServeSpec Complete(ServeSpec serve, Values values, List<string> errors)
    {
        if (values.Get(SharedOptions.Engine) != Xdp)
        {
            return serve;
        }

        foreach (ListenAddress any in serve.Listen.Where(listen => listen.Address.IsWildcard).Take(1))
        {
            errors.Add($"--listen {any.Address}: --engine xdp needs the addresses named, it has no sockets to ask");
        }

        int rows = PacketRanges.Count(serve.Listen);
        if (rows > PacketRanges.Max)
        {
            errors.Add($"--listen: {Units.Count(rows)} ranges of ports are more than {PacketRanges.Max}, which is what "
                + "--engine xdp compares");
        }

        return serve with
        {
            Interface = values.Get(PacketEngine.Interface),
            XdpMode = values.Get(XdpMode) switch
            {
                "generic" => Engine.XdpMode.Generic,
                "native" => Engine.XdpMode.Native,
                _ => Engine.XdpMode.Auto,
            },
        };
    }
}
