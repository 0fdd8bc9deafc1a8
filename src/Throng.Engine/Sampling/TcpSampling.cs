using System.Net;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Reads the kernel's facts of a run's connections a few at a time, round after round, whether or not they have
/// descriptors. Connections are told apart by their targets (or listeners): another program's connection to the same
/// address and port is among them. Where the kernel refuses, the run goes on and the reason is kept.
/// Owner: the sampler's thread; <see cref="Counters"/> is for any.
/// </summary>
internal sealed class TcpSampling : IDisposable
{
    private const long SocketsPerSecondMax = 20_000;

    /// <summary>
    /// CPU time a second, a quarter of a per cent of one. Measured: 1 us a connection and 0.3 ms for the walk through
    /// an otherwise empty table of 262,144 buckets, so this is what binds: some 2,200 connections a second, and 450 s
    /// for a round through a million.
    /// </summary>
    private const long CpuNsPerSecond = 2_500_000;

    /// <summary>CPU time that may be saved up, and is there at the start: a short run is looked at whole.</summary>
    private const long CpuNsSavedMax = 10 * CpuNsPerSecond;


    /// <summary>A round begins at most once a second, and after a refusal it is tried again this much later.</summary>
    private const long RoundNs = Ns.Second;
    private const long RestNs = 5 * Ns.Second;

    private const int RecordsPerRead = 64;
    private const uint OpenStates = (1u << NetlinkConstants.TCP_ESTABLISHED) | (1u << NetlinkConstants.TCP_CLOSE_WAIT);

    private readonly SockDiag _diag = new();
    private readonly SocketFacts[] _records = new SocketFacts[RecordsPerRead];
    private readonly HashSet<SockAddr> _endpoints = [];
    private readonly HashSet<ushort> _portsOfAnyAddress = [];
    private readonly byte[] _filter;
    private readonly int[] _families;
    private readonly bool _isRemote;
    private readonly Lock _lock = new();
    private TcpRound _current = new();
    private TcpRound _last = new();
    private long _probingMax;
    private string? _refusal;
    private int _family = -1;
    private long _lookedNs;
    private long _notBeforeNs;
    private long _cpuLeftNs = CpuNsSavedMax;
    private long _socketsLeft;

    /// <param name="role">Whose connections: those to the endpoints, or those accepted there.</param>
    /// <param name="endpoints">Targets, or listeners with the ports the kernel chose.</param>
    public TcpSampling(Role role, IReadOnlyList<SockAddr> endpoints)
    {
        _isRemote = role == Role.Client;
        foreach (SockAddr endpoint in endpoints)
        {
            SockAddr bare = SockAddr.From(new IPAddress(endpoint.Address.GetAddressBytes()), endpoint.Port);
            if (!_isRemote && (bare.WithPort(0) == SockAddr.Any4 || bare.WithPort(0) == SockAddr.Any6))
            {
                _portsOfAnyAddress.Add(bare.Port);
            }
            else
            {
                _endpoints.Add(bare);
            }
        }

        _filter = PortFilter.Assemble(PortFilter.Ranges(endpoints.Select(endpoint => endpoint.Port)), _isRemote);
        _families = [.. endpoints.Select(endpoint => (int)endpoint.Family).Distinct()];
    }

    /// <summary>Goes on for as long as the time since the last look allows.</summary>
    /// <param name="open">Connections the run has open.</param>
    public void Look(long nowNs, long open)
    {
        // A reading that took longer than was left is paid for by resting.
        long sinceNs = Math.Min(Ns.Second, nowNs - _lookedNs);
        _lookedNs = nowNs;
        _cpuLeftNs = Math.Min(CpuNsSavedMax, _cpuLeftNs + (sinceNs * CpuNsPerSecond / Ns.Second));
        _socketsLeft = Math.Min(SocketsPerSecondMax, _socketsLeft + (sinceNs * SocketsPerSecondMax / Ns.Second));
        while (_cpuLeftNs > 0 && _socketsLeft > 0)
        {
            if (_family < 0 && (nowNs < _notBeforeNs || open == 0 || _families.Length == 0))
            {
                return;
            }

            long before = Clock.ThreadCpuNs();
            int result = _family < 0 ? Begin(nowNs, 0) : ReadOn(nowNs, open);
            _cpuLeftNs -= Clock.ThreadCpuNs() - before;
            if (result < 0)
            {
                Refused(result, nowNs);
                return;
            }

            _socketsLeft -= result;
        }
    }

    /// <summary>
    /// Gives the counters known now: those of the last whole round, or of the one under way once it got further.
    /// </summary>
    public TcpCounters Counters(NetCounters during)
    {
        lock (_lock)
        {
            TcpRound round = _current.Sampled >= _last.Sampled ? _current : _last;
            return new TcpCounters
            {
                Retransmits = during.Retransmits,
                SynRetransmits = during.SynRetransmits,
                Sampled = round.Sampled,
                SampledOf = Math.Max(round.Sampled, round.Of),
                SampledRetransmits = round.Retransmits,
                SampledUnacked = round.Unacked,
                SampledProbing = _probingMax,
                NoRoutes = during.NoRoutes,
                Rtt = LatencySummary.From(round.Rtt),
                SamplingRefused = _refusal,
            };
        }
    }

    public void Dispose() => _diag.Dispose();

    private int Begin(long nowNs, int family)
    {
        _family = family;
        if (family == 0)
        {
            _notBeforeNs = nowNs + RoundNs;
        }

        return _diag.Start(_families[family], OpenStates, _filter);
    }

    private int ReadOn(long nowNs, long open)
    {
        int read = _diag.Read(_records);
        if (read < 0)
        {
            return read;
        }

        lock (_lock)
        {
            _refusal = null;
            _current.Of = Math.Max(_current.Of, open);
            foreach (ref readonly SocketFacts facts in _records.AsSpan(0, read))
            {
                SockAddr end = _isRemote ? facts.Remote : facts.Local;
                if (_endpoints.Contains(end) || _portsOfAnyAddress.Contains(end.Port))
                {
                    _current.Add(facts);
                }
            }

            _probingMax = Math.Max(_probingMax, _current.Probing);
        }

        if (read > 0)
        {
            return read;
        }

        if (_family + 1 < _families.Length)
        {
            return Begin(nowNs, _family + 1);
        }

        _family = -1;
        lock (_lock)
        {
            (_last, _current) = (_current, _last);
            _current.Reset();
        }

        return 0;
    }

    private void Refused(int result, long nowNs)
    {
        _family = -1;
        _notBeforeNs = nowNs + RestNs;
        lock (_lock)
        {
            _current.Reset();
            _refusal = $"the kernel refuses NETLINK_SOCK_DIAG: {Errno.Name(result)}";
        }
    }
}
