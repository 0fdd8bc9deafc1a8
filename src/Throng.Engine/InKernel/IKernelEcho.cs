using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// An echo that goes on in the kernel, as the run around it sees it: <see cref="SocketEcho"/> and
/// <see cref="PacketEcho"/>. Any thread.
/// </summary>
internal interface IKernelEcho : IDisposable
{
    EngineSelection Engine { get; }

    IReadOnlyList<SockAddr> Listening { get; }

    /// <summary>Whether it has sockets, and so connections.</summary>
    bool HasSockets { get; }

    long SocketsUsed { get; }

    long SocketsMax { get; }

    /// <summary>Reads the counts of connections and bytes so far.</summary>
    EchoCounts Count();

    /// <summary>Its part of the command's own section.</summary>
    void AddTo(Section section);

    /// <summary>The same for `status`.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Status();

    /// <summary>Answers a question, later and on another thread.</summary>
    void Ask(WorkerMessageKind kind, long value, Question question);

    /// <summary>
    /// Retires, drains or aborts. Retired, it takes nothing new and has ended when nothing is open any more; without
    /// connections there is nothing to wait for and nothing that could be refused, and it goes on. Drained, what is
    /// open ends in order; aborted, at once.
    /// </summary>
    void Order(WorkerMessageKind kind);

    /// <summary>Ends without waiting for what is open.</summary>
    void Stop();

    /// <summary>True once it has ended.</summary>
    bool Join(TimeSpan timeout);
}

/// <summary>Counts of an echo in the kernel, at one moment.</summary>
internal sealed class EchoCounts
{
    public long Opened { get; init; }

    /// <summary>Closed connections by <see cref="CloseReason"/>.</summary>
    public long[] Closed { get; init; } = new long[CloseReasons.Count];

    public long Bytes { get; init; }

    public long AcceptFailures { get; init; }

    public int AcceptErrno { get; init; }
}
