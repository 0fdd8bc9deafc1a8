using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

internal enum EndPhase : byte
{
    /// <summary>In the pool of ends that are not in use.</summary>
    Free = 0,
    Connecting,
    Established,

    /// <summary>Its owner has closed it; the other end may not have noticed.</summary>
    Released,
}

/// <summary>
/// One end of a simulated connection: what a kernel would keep for a socket, and what its backend must attend to.
/// Ends are pooled with their pipes, so a simulation that is warm allocates nothing.
/// </summary>
internal sealed class StreamEnd
{
    private readonly Pipe _nothing = new();

    public StreamEnd() => In = _nothing;

    /// <summary>Moves on when the end is reused, so that events for its former life are dropped.</summary>
    public int Serial;

    /// <summary>Stable over lives: names the end in a trace.</summary>
    public required int Number { get; init; }

    public EndPhase Phase;

    /// <summary>Null while a server's end waits in the accept queue.</summary>
    public SimulatedBackend? Backend;
    public Handle Connection;

    /// <summary>Null until the target's host has answered.</summary>
    public StreamEnd? Peer;
    public SockAddr Local;
    public SockAddr Remote;
    public readonly Pipe Out = new();
    public Pipe In;
    public long RoundTripNs;

    /// <summary>The client's side of the pair: it holds the address pair.</summary>
    public bool HoldsAddresses;

    /// <summary>How often the first packet was sent.</summary>
    public int Syns;

    /// <summary>Positive errno that ended it; 0 for none.</summary>
    public int Failure;

    /// <summary>It is no stream: it has no peer, and what came are whole datagrams.</summary>
    public bool IsDatagram;
    public readonly Queue<byte[]> Datagrams = new();

    /// <summary>Errno of an ICMP error that has not been told; as on a kernel the last one stands for all.</summary>
    public int Refusal;

    /// <summary>No answer that keeps its place comes before this.</summary>
    public long LastAnswerNs;

    /// <summary>No packet of this pair gets through any more.</summary>
    public bool IsCut;

    // What the backend has been asked and has yet to tell.
    public bool IsQueued;
    public bool OpenedIsDue;
    public bool FactsAreDue;
    public bool PeerFinishedIsTold;
    public bool WaitsForRoom;
    public bool CloseIsAsked;
    public CloseKind CloseKind;
    public ReceiveMode Mode;
    public int SentUntold;

    public bool IsDone => Phase is EndPhase.Free or EndPhase.Released;

    public void Begin(EndPhase phase, int windowBytes, bool isSlow)
    {
        Serial++;
        Phase = phase;
        Backend = null;
        Connection = Handle.None;
        Peer = null;
        Local = default;
        Remote = default;
        RoundTripNs = 0;
        HoldsAddresses = false;
        Syns = 0;
        Failure = 0;
        IsDatagram = false;
        Datagrams.Clear();
        Refusal = 0;
        LastAnswerNs = 0;
        IsCut = false;
        IsQueued = false;
        OpenedIsDue = false;
        FactsAreDue = false;
        PeerFinishedIsTold = false;
        WaitsForRoom = false;
        CloseIsAsked = false;
        CloseKind = CloseKind.Fin;
        Mode = ReceiveMode.Paused;
        SentUntold = 0;
        Out.Begin(windowBytes, isSlow);
        In = _nothing;
    }
}
