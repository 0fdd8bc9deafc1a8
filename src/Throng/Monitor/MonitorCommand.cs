using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng monitor`.</summary>
public sealed class MonitorCommand() : RunCommand<MonitorSpec>(MonitorOptions.Syntax)
{
    /// <summary>Idle seconds after which the kernel asks a silent peer whether it is still there.</summary>
    private const int KeepAliveSecondsDefault = 15;

    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfMonitor(view);

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        found.AtMostOne(MonitorOptions.Rate, MonitorOptions.Bandwidth);
        found.Both(MonitorOptions.Reconnect, MonitorOptions.NoReconnect);
        if (values.Get(MonitorOptions.NoReconnect))
        {
            found.NoEffect(MonitorOptions.Retries, "has no effect with --no-reconnect");
        }

        if (values.Get(MonitorOptions.Udp))
        {
            found.NoEffect(
                [
                    MonitorOptions.NewRate, LoadOptions.KeepAlive, LoadOptions.UserTimeout, LoadOptions.QuickAck,
                    TlsOptions.Tls,
                ],
                "has no effect with --udp");
            long bytes = values.Get(MonitorOptions.Size);
            if (bytes is < MonitorPayload.DatagramBytesMin or > DatagramSize.BytesMax)
            {
                found.Add($"--size {bytes}: a datagram has {MonitorPayload.DatagramBytesMin} to "
                    + $"{DatagramSize.BytesMax} bytes");
            }
        }

        if (values.Has(MonitorOptions.Late)
            && values.Get(MonitorOptions.Late) >= values.Get(MonitorOptions.ReplyTimeout))
        {
            found.Add($"--late {Units.Duration(values.Get(MonitorOptions.Late))} is not shorter than --reply-timeout "
                + $"{Units.Duration(values.Get(MonitorOptions.ReplyTimeout))}: no answer could ever be late");
        }

        return found.Errors;
    }

    protected override MonitorSpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        long connections = values.Get(MonitorOptions.Connections);
        long retries = values.Get(MonitorOptions.Retries);
        long lateNs = values.Get(MonitorOptions.Late);
        MonitorSpec plain = new()
        {
            Connections = connections,
            Profile = Profile(values, connections),
            Count = values.Get(SharedOptions.Count),
            WarmUpNs = values.Get(MonitorOptions.WarmUp),
            MessageBytes = (int)values.Get(MonitorOptions.Size),
            ReplyTimeoutNs = values.Get(MonitorOptions.ReplyTimeout),
            Reconnects = !values.Get(MonitorOptions.NoReconnect),
            RetriesMax = retries < 0 ? long.MaxValue : retries,
            NewRatePerSecond = values.Get(MonitorOptions.Udp) ? 0 : values.Get(MonitorOptions.NewRate),
            LateNs = lateNs > 0 ? lateNs : null,
            EpisodeGapNs = values.Get(MonitorOptions.EpisodeGap),
            TellsAll = values.Get(MonitorOptions.All),
        };
        MonitorSpec filled = LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors);
        SocketOptions socket = filled.Socket;
        bool isUdp = values.Get(MonitorOptions.Udp);
        bool hasKeepAlive = values.Has(LoadOptions.KeepAlive) || isUdp;
        return filled with
        {
            ConnectTimeoutNs = values.Get(MonitorOptions.ConnectTimeout),
            Socket = socket with
            {
                Transport = isUdp ? Transport.Datagram : Transport.Stream,
                KeepAliveSeconds = hasKeepAlive ? socket.KeepAliveSeconds : KeepAliveSecondsDefault,
            },
        };
    }

    protected override IEnumerable<string> Notes(Values values, MonitorSpec spec)
    {
        long bytesPerSecond = values.Get(MonitorOptions.Bandwidth);
        string size = Units.Bytes(spec.MessageBytes);
        return bytesPerSecond == 0 ? []
            : [$"--bandwidth is {Units.Bandwidth(bytesPerSecond)}: {Units.Rate((double)bytesPerSecond
                / spec.MessageBytes)} messages of {size}"];
    }

    protected override ILiveRun Start(MonitorSpec spec, RunSpec run) => MonitorRun.Start(spec, run);

    protected override IReadOnlyList<ArithmeticLine> Offered(MonitorSpec spec) => [Offered(spec.Profile, "")];

    protected override Examination Examine(MonitorSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);

    private static RateProfile Profile(Values values, long connections)
    {
        double perSecond = values.Has(MonitorOptions.Rate) ? values.Get(MonitorOptions.Rate) : connections;
        if (values.Has(MonitorOptions.Bandwidth))
        {
            perSecond = (double)values.Get(MonitorOptions.Bandwidth) / values.Get(MonitorOptions.Size);
        }

        RateProfile profile = RateProfile.Constant(perSecond);
        long durationNs = values.Get(SharedOptions.Duration);
        return durationNs > 0 ? profile.EndedAt(durationNs + values.Get(MonitorOptions.WarmUp)) : profile;
    }
}
