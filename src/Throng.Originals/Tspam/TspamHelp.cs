namespace Throng.Originals;

/// <summary>Help texts of tspam.</summary>
public static class TspamHelp
{
    public const string Version = "tspam 0.1.0\n";

    private const string OfClient = """
            -h, --host <host>           IP address to connect to [default: 127.0.0.1]
            -p, --port <port>           port to connect to [default: 2345]
            -c, --content <content>     file whose bytes are sent; without it nothing is sent
            -l, --length <length>       seconds of each step [default: 10]
            -o, --cooldown <cooldown>   seconds between steps [default: 0]
            -I, --local-ip <local-ip>...  source addresses, taken in turn
                --help                  this
        """;

    /// <summary>Help of a subcommand, or of the whole program when there is no subcommand of that name.</summary>
    public static string Render(string command) => command switch
    {
        "server" => """
            USAGE:
                tspam server [OPTIONS]

            OPTIONS:
                -l, --listen <listen>        IP address to listen on [default: 0.0.0.0]
                -p, --port <port>            port to listen on [default: 2345]
                -c, --content <content>      file whose bytes are the answer; without it the answer is empty
                -a, --acceptors <acceptors>  taken and not needed: every worker accepts [default: 1]
                -h, --help                   this

            """,
        "rate" => $"""
            USAGE:
                tspam rate [OPTIONS]

            OPTIONS:
            {OfClient}
                -r, --rate <rate>...        new connections per second, a step for each

            """,
        "saturate" => $"""
            USAGE:
                tspam saturate [OPTIONS]

            OPTIONS:
            {OfClient}
                -r, --start <start>         rate of the first step [default: 50]
                -i, --increment <increment> factor from step to step, above 1 [default: 1.25]
                -s, --slowdown <slowdown>   a median so many times the one before ends it [default: 2]

            """,
        _ => """
            USAGE:
                tspam <SUBCOMMAND>

            FLAGS:
                -h, --help       this
                -V, --version    the version whose place is taken

            SUBCOMMANDS:
                rate        new connections at given rates
                saturate    the rate at which the path saturates
                server      answers them
                help        this, or the help of a subcommand

            """,
    };
}
