using System.Text.Json;

namespace Throng.Bench;

/// <summary>Figures that one run of `throng query` reports.</summary>
internal sealed record QueryFigures(
    double AchievedPerSecond, double AnsweredShare, double LagP50Us, double LagP99Us, double ResponseP99Us,
    double UserNs, double SystemNs, double UserNsOfAll)
{
    /// <summary>Ten times what the machine can do.</summary>
    public const string FarTooMuch = "10m";

    /// <summary>Queries of an echo server of its own process, on two ports.</summary>
    /// <param name="client">Another program as the client than the one of the settings.</param>
    public static QueryFigures Of(
        Settings settings, string rate, int connections, int port, NativeProgram? client = null)
    {
        using Child serving = Child.Start(-1, settings, ("throng", $"serve --listen 127.0.0.1:{port}-{port + 1} -q"));
        Child.AwaitPort(port);
        // What is far too much is not through with its warm-up before the end: it has none.
        double warmUp = rate == FarTooMuch ? 0 : settings.Seconds("warm-up", 2).TotalSeconds;
        double plateau = settings.Seconds("plateau", 4).TotalSeconds;
        using Child asking = Child.Start(client?.Before ?? "", settings, (
            client?.Path ?? "throng", $"query --rate {rate} -c {connections} --target 127.0.0.1:{port}-{port + 1}"
                + $" --arrivals constant --warmup {warmUp}s --for {plateau}s"
                + $" --engine {settings.Text("engine", "uring")} --json -q"));
        using JsonDocument document = JsonDocument.Parse(asking.Output.ReadToEnd());
        JsonElement root = document.RootElement;
        double sent = Number(root, "messages", "sent");
        double sentInAll = sent * (warmUp + plateau) / plateau;
        JsonElement[] workers = [.. root.GetProperty("cpu").GetProperty("workers").EnumerateArray()];
        QueryFigures figures = new(
            Number(root, "rate", "achieved_per_s"),
            Number(root, "messages", "answered") / sent,
            Number(root, "lag_ns", "p50") / 1e3,
            Number(root, "lag_ns", "p99") / 1e3,
            Number(root, "response_ns", "p99") / 1e3,
            workers.Sum(worker => worker.GetProperty("user_ns").GetDouble()) / sentInAll,
            workers.Sum(worker => worker.GetProperty("system_ns").GetDouble()) / sentInAll,
            Number(root, "cpu", "user_ns") / sentInAll);
        Console.Error.WriteLine($"{connections} connections, {rate}/s: {figures}");
        return figures;
    }

    private static double Number(JsonElement root, string part, string key) =>
        root.GetProperty(part).GetProperty(key).GetDouble();
}
