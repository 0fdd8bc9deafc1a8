namespace Throng.Engine;

public enum WorkerMessageKind : byte
{
    None = 0,

    /// <summary>Hold <see cref="WorkerMessage.Value"/> connections in the whole run.</summary>
    Set,

    /// <summary>Ping on (1) or off (0).</summary>
    Ping,

    /// <summary>
    /// The schedule's time 0 is <see cref="WorkerMessage.Value"/> of the worker's clock. What falls due before
    /// <see cref="WorkerMessage.FromNs"/> is somebody else's.
    /// </summary>
    Begin,

    /// <summary>Go on with the schedule of <see cref="WorkerMessage.Schedule"/>.</summary>
    Schedule,

    /// <summary>
    /// Opens the connections of a bench's round <see cref="WorkerMessage.Value"/>, and sends nothing yet.
    /// </summary>
    Assemble,

    /// <summary>
    /// Makes all connections of a bench's round send at <see cref="WorkerMessage.Value"/> of the worker's clock.
    /// </summary>
    Release,

    /// <summary>Closes the connections of a bench's round.</summary>
    Dismiss,

    /// <summary>Carry out the order of <see cref="WorkerMessage.Capacity"/>.</summary>
    Capacity,

    /// <summary>
    /// Tell about at most <see cref="WorkerMessage.Value"/> connections: answer with <see cref="ConnectionRow"/>.
    /// </summary>
    List,

    /// <summary>Tell the last failures of an echo in the kernel: answer with <see cref="FailureRow"/>.</summary>
    Failed,

    /// <summary>Tell what each target or listener has: answer with <see cref="EndpointRow"/>.</summary>
    Details,

    /// <summary>Tell which slots hold an open connection: answer with <see cref="SlotsRow"/>.</summary>
    Slots,

    /// <summary>
    /// Makes a server accept no more and go on with what is open until nothing is; <see cref="Drain"/> ends it sooner.
    /// </summary>
    Retire,

    /// <summary>Stop: no more connections, and the open ones closed in order.</summary>
    Drain,

    /// <summary>Stop at once.</summary>
    Abort,

    /// <summary>Trace records on (1) or off (0).</summary>
    Debug,
}
