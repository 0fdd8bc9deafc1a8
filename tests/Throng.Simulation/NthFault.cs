namespace Throng.Simulation;

/// <summary>Kind of an operation that can be made to fail alone.</summary>
public enum SimulatedOperation : byte
{
    None = 0,

    /// <summary>A socket, its options, its bind: what ends before anything goes out.</summary>
    Open,

    /// <summary>The handshake of a connect.</summary>
    Connect,
    Accept,

    /// <summary>A look at what a connection has to send.</summary>
    Send,

    /// <summary>A read of a stream.</summary>
    Receive,

    /// <summary>The facts that somebody asked for.</summary>
    Facts,

    /// <summary>A datagram of a listener.</summary>
    SendTo,
}

/// <summary>One operation that fails: the one of this number among those of its kind.</summary>
/// <param name="Errno">Positive.</param>
/// <param name="Number">Counted from 1.</param>
public readonly record struct NthFault(SimulatedOperation Operation, int Errno, long Number);
