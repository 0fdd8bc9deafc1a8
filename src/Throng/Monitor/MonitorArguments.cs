using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>From what was typed after `monitor` to what is to be done.</summary>
public static class MonitorArguments
{
    /// <summary>Idle seconds after which the kernel asks a silent peer whether it is still there.</summary>
    private const int KeepAliveSecondsDefault = 15;

    /// <summary>Errors in the combination of options, found before anything is resolved.</summary>
    public static IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        found.AtMostOne(MonitorOptions.Rate, MonitorOptions.Bandwidth);
        found.Both(MonitorOptions.Reconnect, MonitorOptions.NoReconnect);
        if (values.Of(MonitorOptions.NoReconnect))
        {
            found.NoEffect(MonitorOptions.Retries, "has no effect with --no-reconnect");
        }

        if (values.Of(MonitorOptions.Udp))
        {
            const string Datagrams = "has no effect with --udp";
            found.NoEffect(MonitorOptions.NewRate, Datagrams);
            found.NoEffect(LoadOptions.KeepAlive, Datagrams);
            found.NoEffect(LoadOptions.UserTimeout, Datagrams);
            found.NoEffect(TlsOptions.Tls, Datagrams);
            long bytes = values.Of(MonitorOptions.Size);
            if (bytes is < MonitorPayload.DatagramBytesMin or > MonitorPayload.DatagramBytesMax)
            {
                found.Add($"--size {bytes}: a datagram has {MonitorPayload.DatagramBytesMin} to "
                    + $"{MonitorPayload.DatagramBytesMax} bytes here");
            }
        }

        if (values.Has(MonitorOptions.Late) && values.Of(MonitorOptions.Late) >= values.Of(MonitorOptions.ReplyTimeout))
        {
            found.Add($"--late {Units.Duration(values.Of(MonitorOptions.Late))} is not shorter than --reply-timeout "
                + $"{Units.Duration(values.Of(MonitorOptions.ReplyTimeout))}: no answer could ever be late");
        }

        return found.Errors;
    }

    /// <summary>
    /// Specification of what to monitor. Resolves names: a <see cref="SetupException"/> when one does not resolve.
    /// </summary>
    /// <param name="errors">What is wrong with it; the spec is then not to be used.</param>
    public static MonitorSpec ToSpec(Values values, List<string> errors)
    {
        long connections = values.Of(MonitorOptions.Connections);
        long retries = values.Of(MonitorOptions.Retries);
        long lateNs = values.Of(MonitorOptions.Late);
        MonitorSpec plain = new()
        {
            Connections = connections,
            Profile = Profile(values, connections),
            MessageBytes = (int)values.Of(MonitorOptions.Size),
            ReplyTimeoutNs = values.Of(MonitorOptions.ReplyTimeout),
            Reconnects = !values.Of(MonitorOptions.NoReconnect),
            RetriesMax = retries < 0 ? long.MaxValue : retries,
            NewRatePerSecond = values.Of(MonitorOptions.Udp) ? 0 : values.Of(MonitorOptions.NewRate),
            LateNs = lateNs > 0 ? lateNs : null,
            EpisodeGapNs = values.Of(MonitorOptions.EpisodeGap),
            TellsAll = values.Of(MonitorOptions.All),
        };
        MonitorSpec filled = LoadArguments.Fill(plain, values, values.Of(LoadOptions.Target), errors);
        SocketOptions socket = filled.Socket;
        bool isUdp = values.Of(MonitorOptions.Udp);
        bool hasKeepAlive = values.Has(LoadOptions.KeepAlive) || isUdp;
        return filled with
        {
            ConnectTimeoutNs = values.Of(MonitorOptions.ConnectTimeout),
            Socket = socket with
            {
                Transport = isUdp ? Transport.Datagram : Transport.Stream,
                KeepAliveSeconds = hasKeepAlive ? socket.KeepAliveSeconds : KeepAliveSecondsDefault,
            },
        };
    }

    private static RateProfile Profile(Values values, long connections)
    {
        double perSecond = values.Has(MonitorOptions.Rate) ? values.Of(MonitorOptions.Rate) : connections;
        if (values.Has(MonitorOptions.Bandwidth))
        {
            perSecond = (double)values.Of(MonitorOptions.Bandwidth) / values.Of(MonitorOptions.Size);
        }

        RateProfile profile = RateProfile.Constant(perSecond);
        long durationNs = values.Of(SharedOptions.Duration);
        return durationNs > 0 ? profile.EndedAt(durationNs) : profile;
    }
}
