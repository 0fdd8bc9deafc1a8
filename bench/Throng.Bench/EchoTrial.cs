using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// A server of one engine in a network namespace of its own, and what <see cref="EchoBench"/> does to it. Every wait
/// has an end, and whatever was started is ended.
/// </summary>
internal sealed class EchoTrial : IDisposable
{
    private const int FirstPort = 7000;
    private const int Ports = 20;

    /// <summary>For each worker of a server on epoll, whose table has 20,000 descriptors.</summary>
    private const int ConnectionsPerTable = 15_000;

    private static readonly string Target = $"127.0.0.1:{FirstPort}-{FirstPort + Ports - 1}";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Settings _settings;
    private readonly string _engine;
    private readonly Network _network = new();
    private readonly Child _server;
    private readonly Control _control;

    public EchoTrial(Settings settings, string engine, int connections)
    {
        _settings = settings;
        _engine = engine;
        string more = engine switch
        {
            "xdp" => " --interface lo",
            "epoll" => $" --threads {Math.Max(2, (connections + ConnectionsPerTable - 1) / ConnectionsPerTable)}",
            _ => "",
        };
        string path = Control.NewPath();
        _server = Start($"serve --listen {Target} --engine {engine} -q --control {path}{more}");
        _control = Control.To(path, _server);
    }

    public void Dispose()
    {
        _control.Dispose();
        _server.Dispose();
        _network.Dispose();
    }

    /// <summary>The cost of waiting, per second, as the driver saw it.</summary>
    public CpuTime Idle(TimeSpan span)
    {
        CpuTime before = ProcessFigures.OfAll(_server.Id);
        Thread.Sleep(span);
        return ProcessFigures.OfAll(_server.Id) - before;
    }

    /// <summary>One message outstanding on each of so many connections, for so long.</summary>
    public EchoLoad Load(int connections, TimeSpan span)
    {
        CpuTime before = ProcessFigures.OfAll(_server.Id);
        JsonElement document = Result(
            $"bench --target {Target} --concurrency {connections} --for {Plain(span)} --size 64 -q --json");
        CpuTime cpu = ProcessFigures.OfAll(_server.Id) - before;
        JsonElement step = document.GetProperty("bench").GetProperty("steps")[0];
        long echoes = step.GetProperty("exchanges").GetInt64();
        return new EchoLoad(_engine, echoes, step.GetProperty("echoes_per_s").GetDouble(), cpu);
    }

    /// <summary>Opens connections at a rate, each for one echo, until a number of them have been.</summary>
    public EchoChurn Churn(long connections, int perSecond)
    {
        _ = Lives(perSecond * 3L, perSecond); // what grows once has grown
        Thread.Sleep(Settling);
        EchoFootprint before = EchoFootprint.Of(_server.Id);
        (long due, long ended) = Lives(connections / 2, perSecond);
        Thread.Sleep(Settling);
        EchoFootprint middle = EchoFootprint.Of(_server.Id);
        (long dueThen, long endedThen) = Lives(connections / 2, perSecond);
        Thread.Sleep(Settling);
        EchoFootprint after = EchoFootprint.Of(_server.Id);
        return new EchoChurn(ended + endedThen, due + dueThen, before, middle, after);
    }

    /// <summary>
    /// Holds a number of connections for a moment and reads how the kernel's objects grew, on both ends.
    /// </summary>
    public EchoHeld Held(int connections)
    {
        KernelMemory before = KernelMemory.Settled();
        string path = Control.NewPath();
        using Child holding = Start($"hold {connections} --target {Target} -q --json --control {path}");
        Task<string> document = holding.Output.ReadToEndAsync();
        using Control hold = Control.To(path, holding);
        hold.Await("held", connections, Longest);
        Thread.Sleep(Settling);
        long slabBytes = KernelMemory.Settled(readingsMax: 6).SlabBytes - before.SlabBytes;
        holding.Terminate();
        if (!holding.Join(Longest))
        {
            throw new TimeoutException($"hold did not end within {Plain(Longest)}");
        }

        using JsonDocument told = JsonDocument.Parse(document.Result);
        JsonElement held = told.RootElement.GetProperty("connections");
        return held.GetProperty("lost").GetInt64() == 0
            ? new EchoHeld(_engine, held.GetProperty("held").GetInt64(), slabBytes)
            : throw new InvalidOperationException($"{_engine}: connections were lost");
    }

    private (long Due, long Ended) Lives(long connections, int perSecond)
    {
        string span = Plain(TimeSpan.FromSeconds((double)connections / perSecond));
        string load = $"churn --life requests --requests 1 --close rst --rate {perSecond} --for {span}";
        JsonElement messages = Result($"{load} --target {Target} -q --json").GetProperty("messages");
        return (messages.GetProperty("offered").GetInt64(), messages.GetProperty("answered").GetInt64());
    }

    private JsonElement Result(string line)
    {
        using Child run = Start(line);
        string text = run.Output.ReadToEnd();
        using JsonDocument document = JsonDocument.Parse(text.Length > 0 ? text : "{}");
        return document.RootElement.TryGetProperty("verdict", out _)
            ? document.RootElement.Clone()
            : throw new InvalidOperationException($"throng {line}: {run.LastError}");
    }

    private Child Start(string line) => Child.Start(_network.Before, _settings, ("throng", line));

    private static string Plain(TimeSpan span) =>
        span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";
}
