using Throng.Engine;

namespace Throng.Originals;

/// <summary>`sessioner_responder`: an echo server with a prompt.</summary>
public static class SessionerResponder
{
    public const string Name = "sessioner_responder";

    private const int Backlog = 1000;

    private const string Help = """
        Usage: ./sessioner_responder [-dh] --listen ip:port[-port]
               -h         ... show this help
               -d         ... enable debug outputs
               -u         ... do not try to change resource limits on file descriptors
               --listen   ... listen on IP address and port
                              optionally port range can be specified
                              this option can appear multiple times
               --hashsize ... size of primary hashing table for clients
               --no-eof   ... keep running when the input ends
        """;

    private static readonly GetoptOption Listen = new('l', "listen", true);

    private static readonly GetoptOption[] Options =
    [
        Listen, new('s', "hashsize", true), new('d', "debug", false), new('h', "help", false),
        new('u', "no-ulimit", false), SessionerOptions.NoEof,
    ];

    public static Original Original { get; } = new(
        Name, "holds the other end of sessions, with a prompt", Getopt.Spellings(Options), Read);

    private static Reading Read(IReadOnlyList<string> words)
    {
        Getopt line = new(Name, Options);
        line.Read(words);
        SessionerOptions read = new();
        if (read.Refusal(line, Listen, refusesTwice: true, "listeners", Help) is { } refusal)
        {
            return refusal;
        }

        ServeSpec serve = new()
        {
            Listen = [.. read.Addresses.Select(address => new ListenAddress(address, DualStack: false))],
            Backlog = Backlog,
        };
        Job job = new(serve, new ResponderFace(read.HashSize, read.IsDebugging, read.OutlivesInput))
        {
            Carry = run => run with { KeepLimits = read.KeepsLimits },
            UnraisedLimit = read.UnraisedLimit,
        };
        return Reading.Of(job, line.Errors);
    }
}
