using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Plans to examine recorded hosts with.</summary>
internal static class Plans
{
    public static RunSpec Run { get; } = new() { Command = "hold" };

    public static HoldSpec Hold(long connections, int targets = 1, int sources = 0) => new()
    {
        Connections = connections,
        Targets = [.. Enumerable.Range(7000, targets).Select(port => SockAddr.From(IPAddress.Parse("10.0.0.2"), port))],
        Sources = [.. Enumerable.Range(1, sources).Select(last => IPAddress.Parse($"10.0.1.{last}"))],
    };

    public static HoldSpec Own(long connections) => new() { Connections = connections };

    public static ServeSpec Serve(int backlog = 0) => new()
    {
        Listen = [new ListenAddress(SockAddr.From(IPAddress.Any, 7000), DualStack: false)],
        Backlog = backlog,
    };

    public static Examination Of(HostFacts host, HoldSpec hold, EngineChoice engine = EngineChoice.Auto) =>
        Preflight.OfLoad(hold, Run with { Engine = engine }, host);

    public static LimitRow Row(this Examination examination, string setting) =>
        examination.Rows.Single(row => row.Setting == setting);

    public static LimitState State(this Examination examination, string setting) => examination.Row(setting).State;
}
