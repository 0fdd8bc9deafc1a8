using System.Globalization;
using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Bench;

/// <summary>
/// The client end of a round trip: the RoundTrip workload on one worker. Says "plateau" and "end" when the counting
/// starts and stops, then one line of figures, word for word like bench/floor/roundtrip_epoll.c.
/// </summary>
internal static class RoundTripClient
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    public static int Run(Settings settings)
    {
        TimeSpan warmUp = settings.Seconds("warm-up", 2);
        TimeSpan plateau = settings.Seconds("plateau", 4);
        RoundTripSpec spec = new()
        {
            Connections = settings.Number("connections", 100),
            Targets = [SockAddr.From(IPAddress.Loopback, (ushort)settings.Number("port", 7000))],
            MessageBytes = settings.Number("bytes", 64),
            WarmUpNs = (long)warmUp.TotalNanoseconds,
            Close = CloseKind.Rst,
        };
        RunSpec run = new()
        {
            Command = "roundtrip",
            Engine = settings.Text("engine", "uring") == "epoll" ? EngineChoice.Epoll : EngineChoice.Uring,
            Threads = settings.Number("threads", 1),
        };
        using ILiveRun live = RoundTripRun.Start(spec, run);
        Thread.Sleep(warmUp);
        Console.WriteLine("plateau");
        Sample before = live.Sample();
        Thread.Sleep(plateau);
        Sample after = live.Sample();
        Console.WriteLine("end");
        live.Drain();
        if (!live.Join(EndMax))
        {
            live.Abort();
            _ = live.Join(EndMax);
        }

        Tell(before, after, live.Document("duration"));
        return after.MessagesInvalid > 0 || after.Lost > 0 || after.Open < spec.Connections ? 1 : 0;
    }

    private static void Tell(Sample before, Sample after, RunDocument document)
    {
        double rate = (after.MessagesAnswered - before.MessagesAnswered) * 1e9 / (after.AtNs - before.AtNs);
        LatencySummary? response = document.Response; // null when nothing was sent after the warm-up
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"echoes_per_s={rate:0} p50_us={response?.P50Ns / 1e3:0.0} p99_us={response?.P99Ns / 1e3:0.0} "
                + $"user_s={(after.UserNs - before.UserNs) / 1e9:0.000} "
                + $"system_s={(after.SystemNs - before.SystemNs) / 1e9:0.000} invalid={after.MessagesInvalid}"));
    }
}
