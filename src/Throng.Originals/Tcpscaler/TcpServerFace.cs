using System.Globalization;
using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>Output of tcpserver: where it listens, and who came.</summary>
public sealed class TcpServerFace(int port) : IOriginalOutput
{
    /// <summary>With more of them, who came is not told any more: asking costs more than serving.</summary>
    private const long ToldMax = 20_000;

    private readonly HashSet<SockAddr> _told = [];
    private ILiveRun? _run;
    private long _opened;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        _run = run;
        long most = Math.Max((long)Math.Min(limit.Hard, long.MaxValue), run.SocketsMax);
        return OutputText.Text(string.Create(
            CultureInfo.InvariantCulture,
            $"Maximum number of TCP clients: {most}\nListening on :: port {port}\n"));
    }

    /// <summary>
    /// Reports the connections that are open and were not reported yet; a connection shorter than a second may be
    /// missed.
    /// </summary>
    public OutputText Tick()
    {
        if (_run is not { } run || run.Sample() is not { } now || now[Counter.Opened] == _opened)
        {
            return OutputText.Nothing;
        }

        _opened = now[Counter.Opened];
        if (now.Open > ToldMax)
        {
            return OutputText.Nothing;
        }

        using Question? question = run.Ask(WorkerMessageKind.List, ToldMax);
        ConnectionRow[] rows = question is null ? [] : [.. question.Rows.OfType<ConnectionRow>()];
        _told.IntersectWith(rows.Select(row => row.Peer));
        return OutputText.Text(string.Concat(rows.OrderByDescending(row => row.AgeNs)
            .Where(row => _told.Add(row.Peer))
            .Select(row => $"Got new connection from {Text(row.Peer)}\n")));
    }

    public Reading Fail(SetupException setup) => setup.Errno switch
    {
        0 => Reading.OfSetup(setup, 1),
        _ => Reading.Refuse(1, $"Couldn't create listener: port {port}: {CError.Text(setup.Errno)}"),
    };

    /// <summary>Host and port with a colon between, an IPv4 address as it is mapped into IPv6.</summary>
    private static string Text(SockAddr peer)
    {
        IPAddress address = peer.Address;
        string host = address.IsIPv4MappedToIPv6 ? $"::ffff:{address.MapToIPv4()}"
            : address.GetAddressBytes().Length == 4 ? $"::ffff:{address}"
            : address.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{peer.Port}");
    }
}
