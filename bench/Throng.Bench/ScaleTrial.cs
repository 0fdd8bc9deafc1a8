using System.Diagnostics;
using System.Text.Json;
using Throng.Linux;

namespace Throng.Bench;

/// <summary>
/// One trial of <see cref="ScaleBench"/>: so many connections opened, held and closed once, in a network namespace of
/// its own. Every wait has an end, and whatever was started is ended.
/// </summary>
internal sealed class ScaleTrial(Settings settings, string engine, bool isEmbedded, int connections)
{
    private const int FirstPort = 7000;

    /// <summary>Ports used towards one target port, of the 28,232 that a default range has.</summary>
    private const int ConnectionsPerPort = 22_500;

    /// <summary>For each worker of a server on epoll, whose table has 20,000 descriptors.</summary>
    private const int ConnectionsPerTable = 15_000;

    /// <summary>Memory both ends take, with some to spare.</summary>
    private const long BytesPerConnection = 12_000;

    private const double SecondsPerConnection = 250e-6;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>The longest that reaching or leaving the plateau may take.</summary>
    private TimeSpan Longest => LeastTime + TimeSpan.FromSeconds(connections * SecondsPerConnection);

    private int Ports => (connections + ConnectionsPerPort - 1) / ConnectionsPerPort;

    private string Addresses => $"127.0.0.1:{FirstPort}-{FirstPort + Ports - 1}";

    /// <exception cref="InvalidOperationException">Not all were held, or something was lost.</exception>
    public ScaleFigures Run()
    {
        using Network network = new();
        KernelMemory memory = KernelMemory.Settled();
        if (memory.AvailableBytes < connections * BytesPerConnection)
        {
            throw new InvalidOperationException(
                $"{memory.AvailableBytes >> 20:N0} MiB available; {BytesPerConnection:N0} B a connection needed");
        }

        string serverPath = Control.NewPath();
        using Child? serving = isEmbedded ? null : Start(network, ServeLine(serverPath));
        using Control? server = serving is null ? null : Control.To(serverPath, serving);
        ProcessState bareHold = Bare(network);
        ProcessState bareServer = serving is null ? default : ProcessState.Of(serving.Id);

        string path = Control.NewPath();
        Stopwatch clock = Stopwatch.StartNew();
        using Child holding = Start(network, HoldLine(connections, path));
        Task<string> document = holding.Output.ReadToEndAsync();
        using Control hold = Control.To(path, holding);
        AwaitSockets(holding, clock);
        hold.Await("held", connections, Longest);
        server?.Await("open", connections, Longest);
        double untilHeld = clock.Elapsed.TotalSeconds;
        ProcessState client = ProcessState.Of(holding.Id);
        ProcessState other = serving is null ? default : ProcessState.Of(serving.Id);

        Thread.Sleep(Settling);
        KernelMemory held = KernelMemory.Settled(readingsMax: 4);
        Plateau plateau = Watch(holding, serving);
        AllAreHeld(hold);
        double drain = Drain(holding);
        (long told, double perSecond) = Told(document.Result);
        if (told >= 0 && told != connections)
        {
            throw new InvalidOperationException($"{told:N0} of {connections:N0} were held to the end");
        }

        long residentBytes = plateau.Hold.ResidentBytes + plateau.Server.ResidentBytes;
        return new ScaleFigures
        {
            Engine = engine,
            IsEmbedded = isEmbedded,
            Connections = connections,
            UntilHeldSeconds = untilHeld,
            PerSecond = perSecond,
            HasReport = told >= 0,
            Hold = (client with { ResidentBytes = plateau.Hold.ResidentBytes }) - bareHold,
            Server = (other with { ResidentBytes = plateau.Server.ResidentBytes }) - bareServer,
            HoldBytes = plateau.Hold.ResidentBytes,
            ServerBytes = plateau.Server.ResidentBytes,
            SlabBytes = held.SlabBytes - memory.SlabBytes,
            KernelBytes = memory.AvailableBytes - held.AvailableBytes - residentBytes,
            HoldIdle = plateau.HoldShare,
            ServerIdle = plateau.ServerShare,
            DrainSeconds = drain,
            Sockets = plateau.Sockets,
            Listeners = plateau.Listeners,
        };
    }

    private Child Start(Network network, string line) => Child.Start(network.Before, settings, ("throng", line));

    private string HoldLine(int count, string path) =>
        $"hold {count} {(isEmbedded ? "" : $"--target {Addresses} ")}--engine {engine} -q --json --control {path}"
            + settings.Extra("hold-options");

    private string ServeLine(string path)
    {
        // A worker on epoll has one table, and a server there does not know how many will come.
        int threads = Math.Max(2, (connections + ConnectionsPerTable - 1) / ConnectionsPerTable);
        string workers = engine == "epoll" ? $" --threads {threads}" : "";
        return $"serve --listen {Addresses} --engine {engine} -q --control {path}{workers}"
            + settings.Extra("serve-options");
    }

    /// <summary>The same command holding nothing: the runtime's own part.</summary>
    private ProcessState Bare(Network network)
    {
        string path = Control.NewPath();
        using Child holding = Start(network, HoldLine(0, path));
        Task<string> document = holding.Output.ReadToEndAsync();
        using Control hold = Control.To(path, holding);
        hold.Await("held", 0, LeastTime);
        ProcessState ready = ProcessState.Of(holding.Id);
        Thread.Sleep(Settling);
        ProcessState bare = ready with { ResidentBytes = ProcessState.Of(holding.Id).ResidentBytes };
        _ = Drain(holding);
        _ = document.Result;
        return bare;
    }

    /// <summary>From the outside, because asking the run costs the run.</summary>
    private void AwaitSockets(Child holding, Stopwatch clock)
    {
        while (Network.SocketsOf(holding.Id).TcpInUse < 2L * connections)
        {
            if (clock.Elapsed > Longest || holding.HasExited)
            {
                SocketCounts now = Network.SocketsOf(Environment.ProcessId);
                throw new TimeoutException($"{connections:N0} were not held in {Longest.TotalSeconds:0} s: {now}");
            }

            Thread.Sleep(2);
        }
    }

    private Plateau Watch(Child holding, Child? serving)
    {
        TimeSpan idle = settings.Seconds("idle", 10);
        ProcessState hold = ProcessState.Of(holding.Id);
        ProcessState server = serving is null ? default : ProcessState.Of(serving.Id);
        Stopwatch clock = Stopwatch.StartNew();
        Thread.Sleep(idle);
        double passedNs = clock.Elapsed.TotalNanoseconds;
        ProcessState holdAfter = ProcessState.Of(holding.Id);
        ProcessState serverAfter = serving is null ? default : ProcessState.Of(serving.Id);
        return new Plateau(
            holdAfter,
            serverAfter,
            (holdAfter - hold).CpuNs / passedNs,
            (serverAfter - server).CpuNs / passedNs,
            Network.SocketsOf(holding.Id),
            Network.ListenersOf(holding.Id));
    }

    /// <summary>Seconds from SIGTERM to the end of the process.</summary>
    private double Drain(Child process)
    {
        Stopwatch clock = Stopwatch.StartNew();
        process.Terminate();
        return process.Join(Longest)
            ? clock.Elapsed.TotalSeconds
            : throw new TimeoutException($"did not end within {Longest.TotalSeconds:0} s of SIGTERM");
    }

    private void AllAreHeld(Control hold)
    {
        (long held, long lost) = (hold.Status("held"), hold.Status("lost"));
        if (held != connections || lost != 0)
        {
            throw new InvalidOperationException($"{held:N0} of {connections:N0} held, {lost:N0} lost");
        }
    }

    /// <summary>From the result document; -1 and not a number where the program ended without one.</summary>
    private static (long Held, double PerSecond) Told(string document)
    {
        using JsonDocument result = JsonDocument.Parse(document);
        JsonElement root = result.RootElement;
        if (!root.TryGetProperty("hold", out JsonElement own))
        {
            return (-1, double.NaN);
        }

        JsonElement rate = own.GetProperty("ramp_up_per_s");
        JsonElement all = root.GetProperty("connections");
        long held = all.GetProperty("held").GetInt64() - all.GetProperty("lost").GetInt64();
        return (held, rate.ValueKind == JsonValueKind.Number ? rate.GetDouble() : double.NaN);
    }

    private sealed record Plateau(
        ProcessState Hold,
        ProcessState Server,
        double HoldShare,
        double ServerShare,
        SocketCounts Sockets,
        int Listeners);
}
