using Throng.Engine;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>`sessioner_initiator`: holds as many sessions as its prompt is told.</summary>
public static class SessionerInitiator
{
    public const string Name = "sessioner_initiator";


    /// <summary>As many sockets as the original may have, and as one target can have source ports.</summary>
    private const long RoomMax = 1 << 20;
    private const long RoomPerTarget = 64_512;

    private const string Help = """
        Usage: ./sessioner_initiator [-dph] --target ip:port[-port] [--hashsize NUM]
               -h         ... show this help
               -d         ... enable debug outputs
               -p         ... ping through connections periodically
               -u         ... do not try to change resource limits on file descriptors
               --target   ... connect on IP address and port
                              optionally port range can be specified
                              this option can appear multiple times
               --hashsize ... size of primary hashing table for following targets
               --no-eof   ... keep running when the input ends
        """;

    private static readonly GetoptOption Target = new('t', "target", true);

    private static readonly GetoptOption[] Options =
    [
        Target, new('s', "hashsize", true), new('d', "debug", false), new('p', "ping", false),
        new('h', "help", false), new('u', "no-ulimit", false), SessionerOptions.NoEof,
    ];

    public static Original Original { get; } = new(
        Name, "keeps as many sessions as its prompt is told", Getopt.Spellings(Options), Read);

    private static Reading Read(IReadOnlyList<string> words)
    {
        Getopt line = new(Name, Options);
        line.Read(words);
        SessionerOptions read = new();
        if (read.Refusal(line, Target, refusesTwice: false, "remote ends", Help) is { } refusal)
        {
            return refusal;
        }

        // A lost peer is noticed as the original notices it, by the kernel: nothing here gives up sooner.
        HoldSpec hold = new()
        {
            Targets = read.Addresses,
            Ping = read.Pings,
            PingIntervalMinNs = 31 * Ns.Second,
            PingIntervalMaxNs = 60 * Ns.Second,
            PingTimeoutNs = 1200 * Ns.Second,
        };
        InitiatorFace face = new(read.Addresses, read.HashSizes, read.IsDebugging, read.OutlivesInput);
        Job job = new(hold, face)
        {
            Carry = run => run with
            {
                KeepLimits = read.KeepsLimits,
                Room = Math.Max(run.Room, Math.Min(RoomMax, RoomPerTarget * read.Addresses.Count)),
            },
            UnraisedLimit = read.UnraisedLimit,
        };
        return Reading.Of(job, line.Errors);
    }
}
