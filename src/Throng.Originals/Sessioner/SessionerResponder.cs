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

    private static readonly GetoptOption[] Options =
    [
        new('l', "listen", true), new('s', "hashsize", true), new('d', "debug", false), new('h', "help", false),
        new('u', "no-ulimit", false), SessionerOptions.NoEof,
    ];

    public static Original Original { get; } = new(
        Name, "holds the other end of sessions, with a prompt", Getopt.Spellings(Options), Read);

    private static Reading Read(IReadOnlyList<string> words)
    {
        Getopt line = new(Name, Options);
        line.Read(words);
        SessionerOptions read = new();
        foreach ((char letter, string value) in line.Given)
        {
            if (letter == 'h')
            {
                return Reading.Refuse(0, [.. line.Errors, Help]);
            }

            string error = letter == 'l' ? read.AddAddresses("--listen", value, refusesTwice: true)
                : read.Take(letter, value);
            if (error.Length > 0)
            {
                return Reading.Refuse(1, [.. line.Errors, error]);
            }
        }

        if (read.Addresses.Count == 0)
        {
            return Reading.Refuse(1, [.. line.Errors, "No listeners specified.",
                "Use --listen parameter to specify at least one or -h for more information."]);
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
