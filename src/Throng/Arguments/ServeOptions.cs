using Throng.Engine;

namespace Throng;

/// <summary>What `throng serve` takes.</summary>
public static class ServeOptions
{
    public static RepeatableOption<Endpoint> Listen { get; } = new(Endpoint.TryReadListen, listen => listen.ToString())
    {
        Name = "listen", Argument = "ADDR:PORT[-PORT]", Default = "localhost:7000",
        Help = "where to listen, IPv4, IPv6 or a name; [::]:P takes IPv4 too, *:P is both apart; repeatable",
    };

    public static Option<string> Mode { get; } =
        new(Kinds.OneOf("echo", "sink", "exchange"), "echo", SharedOptions.ShowText)
    {
        Name = "mode", Argument = "MODE", Default = "echo",
        Help = "echo (every byte comes back), sink (read and drop) or exchange (read to the peer's FIN, "
            + "answer, close)",
    };

    public static Option<string> Content { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "content", Argument = "FILE", Default = "64 bytes",
        Help = "what an exchange answers: the whole FILE, read once at the start",
    };

    public static Option<long> Delay { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "0 or longer"), 0, SharedOptions.ShowNs)
    {
        Name = "delay", Argument = "DURATION", Default = "0", Help = "from the peer's FIN to the answer",
    };

    public static Option<double> AcceptRate { get; } = new(
        Kinds.Rate, 0, (into, key, rate) => into[key + "_per_s"] = rate)
    {
        Name = "accept-rate", Argument = "RATE", Default = "0: as they come",
        Help = "connections accepted per second at most, evenly spaced, each worker and address in its turn; "
            + "the others wait in the accept queue (--backlog)",
    };

    public static Option<long> IdleTimeout { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "0 or longer"), ExchangeSpec.IdleTimeoutDefaultNs,
        SharedOptions.ShowNs)
    {
        Name = "idle-timeout", Argument = "DURATION", Default = "30s",
        Help = "closes an exchange in which no byte has moved for so long; 0 never does",
    };

    public static Option<string> Transport { get; } =
        new(Kinds.OneOf("tcp", "udp"), "tcp", SharedOptions.ShowText)
    {
        Name = "transport", Argument = "KIND", Default = "tcp",
        Help = "tcp, or udp: every datagram goes back to who sent it",
    };

    public static Option<long> Backlog { get; } = new(Kinds.Count(1, int.MaxValue), 0, SharedOptions.ShowChosen)
    {
        Name = "backlog", Argument = "N", Default = "the system's maximum", Help = "length of each accept queue",
    };

    public static Option<string> TlsCert { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "tls-cert", Argument = "FILE", Default = "made at the start, signed by itself",
        Help = "certificate (PEM), its chain behind it",
    };

    public static Option<string> TlsKey { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "tls-key", Argument = "FILE", Default = "made at the start", Help = "key (PEM) of --tls-cert",
    };

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "serve",
        Summary = "the other end: an echo server, a sink, or one answer to each connection",
        About =
        [
            "Accepts connections and echoes what comes, in order, sending nothing of its own and never dropping an "
                + "idle connection. Listens on this host only unless told otherwise.",
            "With --mode exchange each connection is one exchange: what comes is read and dropped until the peer's "
                + "FIN, then the answer goes back, and then the close. Any client that sends, half-closes and reads "
                + "to the end can use it.",
        ],
        Examples =
        [
            new("throng serve", "echo on port 7000 of localhost"),
            new("throng serve --listen 0.0.0.0:7000-7039", "40 ports of every IPv4 address"),
            new("throng serve --transport udp --listen [::]:5353", "datagrams, each back to who sent it"),
            new("throng serve --listen [::]:7000 --mode sink", "IPv6 and IPv4, nothing comes back"),
            new("throng serve --mode exchange --content page.html", "answer each connection with a file"),
            new("throng serve --mode exchange --backlog 16 --accept-rate 300", "its accept queue overflows"),
            new("throng serve --tls", "TLS, certificate made for the run"),
            new("throng serve --listen *:7000 --control /run/throng.sock", "and ask it with throng ctl"),
        ],
        Groups =
        [
            new("What to serve", Listen, Mode, Transport, Backlog),
            new("With --mode exchange", Content, Delay, AcceptRate, IdleTimeout),
            new("Encryption", TlsOptions.Tls, TlsCert, TlsKey),
            new("How it runs", SharedOptions.Duration, SharedOptions.Engine, SharedOptions.Threads,
                SharedOptions.Room, SharedOptions.KeepLimits, SharedOptions.Control, SharedOptions.Force),
            SharedOptions.Prints,
        ],
    };
}
