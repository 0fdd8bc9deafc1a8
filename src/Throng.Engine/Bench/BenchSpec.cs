using System.Text;

namespace Throng.Engine;

/// <summary>
/// Task of a bench: some rounds for each server and number of connections. A round opens its connections, releases all
/// of them at one moment, waits for every answer, and closes them.
/// </summary>
public sealed record BenchSpec : LoadSpec
{
    /// <summary>Connections of the round that does not count, at most.</summary>
    private const long WarmUpMax = 100;

    /// <summary>Servers to compare, in the order shown; none: all targets are one server.</summary>
    public IReadOnlyList<BenchServer> Servers { get; init; } = [];

    /// <summary>Servers of the comparison that could not be started: their names, and why.</summary>
    public IReadOnlyList<(string Name, string Reason)> Missing { get; init; } = [];

    /// <summary>Connections of a round, a step each.</summary>
    public IReadOnlyList<long> Concurrency { get; init; } = [1, 10, 100, 1000];

    public int Rounds { get; init; } = 10;

    /// <summary>Bytes of a message, 1 or more.</summary>
    public int MessageBytes { get; init; } = 13;

    /// <summary>Text of the message sent; empty: a pattern that no two connections share.</summary>
    public string Message { get; init; } = "";

    /// <summary>Bytes of an answer: the message, then zeros. 0: as many as were sent.</summary>
    public int ReplyBytes { get; init; }

    /// <summary>Whether bytes behind the answer are read and count for nothing.</summary>
    public bool TakesMore { get; init; }

    /// <summary>
    /// How long a connection sends its next message once an answer has come; 0: one message a connection.
    /// </summary>
    public long ForNs { get; init; }

    /// <summary>
    /// How long after a round the next one is released, whenever the one before is over; 0: as soon as it is over.
    /// </summary>
    public long EveryNs { get; init; }

    /// <summary>An answer that takes longer is given up, and its connection with it.</summary>
    public long ReplyTimeoutNs { get; init; } = 5_000_000_000;

    /// <summary>Keep how long each connection took, by the order in which they came to their end.</summary>
    public bool KeepsRanks { get; init; }

    /// <summary>Connections of the largest round.</summary>
    public long ConcurrencyMax
    {
        get
        {
            long most = 0;
            foreach (long connections in Concurrency)
            {
                most = Math.Max(most, connections);
            }

            return most;
        }
    }

    internal int WholeReplyBytes => ReplyBytes > 0 ? ReplyBytes : MessageBytes;

    internal byte[] Content => Encoding.UTF8.GetBytes(Message);

    /// <summary>
    /// Every round, in the order they are run: one with each server that does not count, for what is slow the first
    /// time only; then at each number of connections each server in its turn.
    /// </summary>
    internal IReadOnlyList<BenchRound> AllRounds()
    {
        List<BenchRound> rounds = [];
        int servers = Math.Max(1, Servers.Count);
        long warmUp = Math.Min(WarmUpMax, ConcurrencyMax);
        for (int server = 0; server < servers; server++)
        {
            rounds.Add(new BenchRound(server, BenchRound.WarmUp, warmUp));
        }

        for (int step = 0; step < Concurrency.Count; step++)
        {
            for (int round = 0; round < Rounds; round++)
            {
                for (int server = 0; server < servers; server++)
                {
                    rounds.Add(new BenchRound(server, step, Concurrency[step]));
                }
            }
        }

        return rounds;
    }
}

/// <summary>One of several servers: which targets are its own.</summary>
/// <param name="ProcessId">Its process on this host, whose CPU time is read; null when it is not known.</param>
public sealed record BenchServer(string Name, int TargetFirst, int Targets, int? ProcessId = null);

/// <param name="Server">Which one, from 0.</param>
/// <param name="Step">Which number of connections, from 0; <see cref="WarmUp"/>: the round does not count.</param>
internal readonly record struct BenchRound(int Server, int Step, long Connections)
{
    public const int WarmUp = -1;

    public bool Counts => Step != WarmUp;
}
