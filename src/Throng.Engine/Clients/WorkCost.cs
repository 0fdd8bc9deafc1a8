namespace Throng.Engine;

/// <summary>
/// CPU time of this side, by which the number of workers is chosen: orders of magnitude, measured on loopback with
/// both engines on a processor of 2.5 GHz.
/// </summary>
internal static class WorkCost
{
    /// <summary>A send with what leads to it, and the receive of the answer.</summary>
    public const double SendSeconds = 9e-6;

    /// <summary>The same on loopback: the way of the bytes to the other end is the sender's, and a server on the same
    /// CPUs needs as much again, which a single busy worker would take from it.</summary>
    public const double LoopbackSendSeconds = 20e-6;

    /// <summary>A message in such a send.</summary>
    public const double MessageSeconds = 0.1e-6;

    /// <summary>A connection from its connect to its close, with an answer between.</summary>
    public const double LifeSeconds = 30e-6;

    /// <summary>From one send on a connection to the next at high rates.</summary>
    public const double TurnSeconds = 200e-6;
}
