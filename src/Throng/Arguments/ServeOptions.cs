namespace Throng;

/// <summary>What `throng serve` takes.</summary>
public static class ServeOptions
{
    public static RepeatableOption<Endpoint> Listen { get; } = new(Endpoint.TryReadListen, listen => listen.ToString())
    {
        Name = "listen", Argument = "ADDR:PORT[-PORT]", Default = "localhost:7000",
        Help = "where to listen, IPv4, IPv6 or a name; [::]:P takes IPv4 too, *:P is both apart; repeatable",
    };

    public static Option<string> Mode { get; } = new(Kinds.OneOf("echo", "sink"), "echo", SharedOptions.ShowText)
    {
        Name = "mode", Argument = "MODE", Default = "echo",
        Help = "echo (every byte comes back) or sink (read and drop)",
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
        Summary = "the other end: an echo server, or a sink",
        About =
        [
            "Accepts connections and echoes what comes, in order, sending nothing of its own and never dropping an "
                + "idle connection. Listens on this host only unless told otherwise.",
        ],
        Examples =
        [
            new("throng serve", "echo on port 7000 of localhost"),
            new("throng serve --listen 0.0.0.0:7000-7039", "40 ports of every IPv4 address"),
            new("throng serve --transport udp --listen [::]:5353", "datagrams, each back to who sent it"),
            new("throng serve --listen [::]:7000 --mode sink", "IPv6 and IPv4, nothing comes back"),
            new("throng serve --tls", "TLS, certificate made for the run"),
            new("throng serve --listen *:7000 --control /run/throng.sock", "and ask it with throng ctl"),
        ],
        Groups =
        [
            new("What to serve", Listen, Mode, Transport, Backlog),
            new("Encryption", TlsOptions.Tls, TlsCert, TlsKey),
            new("How it runs", SharedOptions.Duration, SharedOptions.Engine, SharedOptions.Threads,
                SharedOptions.Room, SharedOptions.KeepLimits, SharedOptions.Control, SharedOptions.Force),
            SharedOptions.Prints,
        ],
    };
}
