namespace Throng.Simulation;

/// <summary>
/// A listening TCP of the tests that sends back what comes: slow, plain and independent of the engine's. It answers
/// for every address and port that it is asked for.
/// </summary>
internal sealed class EchoPeer(SimulatedWire wire, EchoPeerPlan plan) : IWirePeer
{
    private readonly Dictionary<string, EchoPeerEnd> _ends = [];

    /// <summary>Connections that were opened, and those that were reset.</summary>
    public int Opened { get; set; }
    public int Resets { get; set; }

    /// <summary>Segments that were no right ones.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Selective acknowledgements of what was never sent.</summary>
    public int Lies { get; set; }

    /// <summary>Segments that were not sent again, since they were acknowledged selectively.</summary>
    public int Spared { get; set; }

    /// <summary>Connections that have not come to their end.</summary>
    public int Open => _ends.Values.Count(end => !end.IsOver);

    /// <summary>Segments sent by the engine, for a test to look at.</summary>
    public Action<PeerSegment>? OnSegment { get; set; }

    public long DueNs { get; private set; } = long.MaxValue;

    public void Take(byte[] frame)
    {
        if (PeerSegment.Parse(frame) is not { } segment)
        {
            Unreadable++;
            return;
        }

        OnSegment?.Invoke(segment);
        string name = $"{Convert.ToHexString(segment.Source)}:{segment.SourcePort}-"
            + $"{Convert.ToHexString(segment.Destination)}:{segment.DestinationPort}";
        bool isFresh = segment.Has(PeerSegment.Syn) && !segment.Has(PeerSegment.Ack);
        if (isFresh && (!_ends.TryGetValue(name, out EchoPeerEnd? known) || known.IsOver))
        {
            _ends[name] = new EchoPeerEnd(wire, this, plan, segment);
        }
        else if (_ends.TryGetValue(name, out EchoPeerEnd? end) && !end.IsOver)
        {
            end.Take(segment);
        }
        else if (!segment.Has(PeerSegment.Rst))
        {
            wire.ToPort(new PeerSegment
            {
                Source = segment.Destination,
                Destination = segment.Source,
                SourcePort = segment.DestinationPort,
                DestinationPort = segment.SourcePort,
                Flags = PeerSegment.Rst,
                Seq = segment.AckSeq,
            }.ToFrame());
        }

        LookWhen();
    }

    public void Tick()
    {
        foreach (EchoPeerEnd end in _ends.Values)
        {
            end.Tick();
        }

        LookWhen();
    }

    private void LookWhen()
    {
        DueNs = long.MaxValue;
        foreach (EchoPeerEnd end in _ends.Values)
        {
            DueNs = Math.Min(DueNs, end.DueNs);
        }
    }
}
