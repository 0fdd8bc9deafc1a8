using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng serve`.</summary>
public static class ServeOptions
{
    private static readonly Endpoint NoHealth = new("", null, 0, 0);

    public static RepeatableOption<Endpoint> Listen { get; } = new(Endpoint.TryReadListen, listen => listen.ToString())
    {
        Name = "listen", Argument = "ADDR:PORT[-PORT]", Default = "localhost:7000",
        Help = "where to listen, also without --listen; IPv4, IPv6 or a name; [::]:P takes IPv4 too, *:P is both "
            + "apart; udp:// or tls:// before it says what; repeatable",
    };

    public static Option<string> Mode { get; } = Declare.Choice(
        "mode", "MODE", ["echo", "sink", "exchange", "stamp", "later"], "echo",
        "echo (every byte comes back), sink (read and drop), exchange (read to the peer's FIN, answer, close), stamp "
            + "(echo that says who answered) or later (echo that sends again after the peer's FIN: idle asks for it)");

    public static Option<string> ServerName { get; } = Declare.Word(
        "name", "TEXT", "",
        "what --mode stamp writes over the first bytes of a connection, and of each datagram; cut at 64 bytes",
        shown: "POD_NAME, else the host's name");

    public static Option<long> Drain { get; } = Declare.DurationOrZero(
        "drain", 0,
        "told to end, accept no more and go on for so long with what is open; a second signal ends it at once",
        shown: "0: close at once");

    public static Option<Endpoint> Health { get; } = new(Endpoint.TryReadHealth, NoHealth, ShowEndpoint)
    {
        Name = "health", Argument = "ADDR:PORT", Default = "none",
        Help = "answer HTTP there: 200 while serving, 503 from the beginning of the drain",
    };

    public static Option<string> Content { get; } = Declare.File(
        "content", "what an exchange answers: the whole FILE, read once at the start", shown: "64 bytes");

    public static Option<long> Delay { get; } = Declare.DurationOrZero("delay", 0, "from the peer's FIN to the answer");

    public static Option<double> AcceptRate { get; } = Declare.Rate(
        "accept-rate", 0,
        "connections accepted per second at most, evenly spaced, each worker and address in its turn; the others "
            + "wait in the accept queue (--backlog)", shown: "0: as they come");

    public static Option<long> IdleTimeout { get; } = Declare.DurationOrZero(
        "idle-timeout", ExchangeSpec.IdleTimeoutDefaultNs,
        "closes an exchange in which no byte has moved for so long; 0 never does", shown: "30s");

    public static Option<string> Transport { get; } = Declare.Choice(
        "transport", "KIND", ["tcp", "udp", "tcp+udp"], "tcp",
        "tcp, udp (every datagram goes back to who sent it), or tcp+udp for both on the same ports");

    public static Option<long> Backlog { get; } = Declare.Count(
        "backlog", 1, int.MaxValue, 0, "length of each accept queue", shown: "the system's maximum");

    public static Option<string> TlsCert { get; } = Declare.File(
        "tls-cert", "certificate (PEM), its chain behind it", shown: "made at the start, signed by itself");

    public static Option<string> TlsKey { get; } = Declare.File(
        "tls-key", "key (PEM) of --tls-cert", shown: "made at the start");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "serve",
        Operands = "[ADDR:PORT...]",
        Address = Listen,
        Unused = [SharedOptions.Hlog],
        Summary = "the other end: an echo server, a sink, or one answer to each connection",
        About =
        [
            "Accepts connections and echoes what comes, in order, sending nothing of its own and never dropping an "
                + "idle connection. Listens on this host only unless told otherwise.",
            "With --mode exchange each connection is one exchange: what comes is read and dropped until the peer's "
                + "FIN, then the answer goes back, and then the close. Any client that sends, half-closes and reads "
                + "to the end can use it.",
            "With --mode stamp it is an echo that tells who answered: the first 64 bytes of a connection are waited "
                + "for and come back with the server's name over their beginning, and so does every datagram. With "
                + "--drain and --health it leaves a load balancer without losing anybody.",
            "With --mode later it is an echo that sends once more, some time after its client's FIN, what asked for "
                + "that: throng idle --half-closed-lanes finds with it how long a half-closed connection is "
                + "remembered.",
            .. KernelEngines.About,
        ],
        Examples =
        [
            new("throng serve", "echo on port 7000 of localhost"),
            new("throng serve 0.0.0.0:7000-7039", "40 ports of every IPv4 address"),
            new("throng serve 'udp://[::]:5353'", "datagrams, each back to who sent it"),
            new("throng serve '[::]:7000' --mode sink", "IPv6 and IPv4, nothing comes back"),
            new("throng serve --mode exchange --content page.html", "answer each connection with a file"),
            new("throng serve --mode exchange --backlog 16 --accept-rate 300", "its accept queue overflows"),
            new("throng serve --mode stamp --drain 20s --health '*:8080'", "behind a load balancer"),
            new("throng serve --tls", "TLS, certificate made for the run"),
            new("throng serve --engine kernel", "bytes stay in the kernel"),
            new("throng serve --engine xdp --interface lo", "packets turned round, no sockets"),
            new("throng serve '*:7000' --control /run/throng.sock", "and ask it with throng ctl"),
        ],
        Common =
        [
            Listen, Mode, Transport, Content, AcceptRate, Backlog, TlsOptions.Tls, TlsCert, TlsKey, Drain, Health,
            SharedOptions.Duration, SharedOptions.Control,
        ],
        Groups =
        [
            new("What to serve", Listen, Mode, Transport, Backlog, ServerName, BenchOptions.ReplySize),
            new("With --mode exchange", Content, Delay, AcceptRate, IdleTimeout),
            new("Encryption", TlsOptions.Tls, TlsCert, TlsKey),
            new("Behind a load balancer", Drain, Health),
            new("With --engine xdp", PacketEngine.Interface, KernelEngines.XdpMode),
            new("How it runs", SharedOptions.Duration, SharedOptions.Engine, SharedOptions.Threads,
                SharedOptions.Nice,
                SharedOptions.Room, SharedOptions.KeepLimits, SharedOptions.Control, SharedOptions.UntilEof,
                SharedOptions.Force),
            SharedOptions.Prints,
        ],
    };

    private static void ShowEndpoint(Section into, string key, Endpoint endpoint) =>
        into[key] = endpoint == NoHealth ? Node.Null : endpoint.ToString();
}
