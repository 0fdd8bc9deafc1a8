using System.Net;
using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>`bench` of kecho: ten rounds of a thousand connections, each of which sends one message.</summary>
public static class KechoBench
{
    public const string Name = "bench";
    public const string ResultPath = "bench.txt";

    private const string PlotOption = "--plot";
    private const string Message = "dummy message";
    private const long Connections = 1000;
    private const int Rounds = 10;

    /// <summary>The original waits for ever, and the kernel gives a connect up after two minutes.</summary>
    private const long TimeoutNs = 30_000_000_000;

    public static Original Original { get; } = new(
        Name, "ten rounds of 1,000 connections against port 12345, into bench.txt", [PlotOption], Read)
    {
        Takes = $"[{PlotOption}]",
    };

    private static Reading Read(IReadOnlyList<string> words)
    {
        BenchSpec bench = new()
        {
            Targets = [SockAddr.From(IPAddress.Loopback, Kecho.PortDefault)],
            Concurrency = [Connections],
            Rounds = Rounds,
            MessageBytes = Message.Length,
            Message = Message,
            TakesMore = true,
            ReplyTimeoutNs = TimeoutNs,
            ConnectTimeoutNs = TimeoutNs,
            KeepsRanks = true,
            Connections = Connections,
        };
        return Reading.Of(new Job(bench, new KechoBenchFace(words.Contains(PlotOption))) { Emptied = [ResultPath] });
    }
}
