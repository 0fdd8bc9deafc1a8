using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>One round through a run's connections: what those looked at so far come to.</summary>
internal sealed class TcpRound
{
    private const long NsPerUs = 1_000;

    /// <summary>Round trip times, one of each connection that has one.</summary>
    public Histogram Rtt { get; } = new();

    public long Sampled { get; private set; }

    public long Retransmits { get; private set; }

    public long Unacked { get; private set; }

    /// <summary>Connections with probes that nobody has answered.</summary>
    public long Probing { get; private set; }

    /// <summary>How many there were to look at: the most that were open during the round.</summary>
    public long Of { get; set; }

    public void Add(in SocketFacts facts)
    {
        Sampled++;
        Retransmits += facts.Retransmits;
        Unacked += facts.Unacked;
        Probing += facts.Probes > 0 ? 1 : 0;
        if (facts.RttUs > 0)
        {
            Rtt.Record(facts.RttUs * NsPerUs);
        }
    }

    public void Reset()
    {
        Rtt.Reset();
        Sampled = 0;
        Retransmits = 0;
        Unacked = 0;
        Probing = 0;
        Of = 0;
    }
}
