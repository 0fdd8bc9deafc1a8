using System.Collections.Concurrent;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>One connection as `list` shows it. Times are ns of the worker's clock.</summary>
public sealed record ConnectionRow(SockAddr Local, SockAddr Peer, bool IsOurs, long AgeNs, long IdleNs);

/// <summary>One failed attempt or lost connection as `failed` shows it.</summary>
public sealed record FailureRow(long AtNs, SockAddr Local, SockAddr Remote, string Phase, string Reason, int Errno);

/// <summary>One target or listener of one worker as `details` and `listeners` show it.</summary>
public sealed record EndpointRow(
    SockAddr Address, int Wanted, int Open, int Connecting, long Opened, long Failed, long Lost,
    long Datagrams = 0);

/// <summary>The slots of one worker that hold an open connection, in order.</summary>
/// <param name="SlotsUsed">One past the highest slot ever used.</param>
/// <param name="Slots">Their numbers, each below <paramref name="SlotsUsed"/>.</param>
/// <param name="Endpoints">Of each: the number of its target or listener.</param>
public sealed record SlotsRow(int Worker, int SlotsUsed, IReadOnlyList<int> Slots, IReadOnlyList<int> Endpoints);

/// <summary>
/// A question put to every worker. Each adds its rows and says when it is done; who asked waits for all of them, so
/// rows are read only after they are written.
/// </summary>
public sealed class Question(int workers) : IDisposable
{
    private readonly CountdownEvent _open = new(workers);

    /// <summary>Answers of the workers, in no order.</summary>
    public ConcurrentQueue<object> Rows { get; } = new();

    /// <summary>How much more there would have been to tell.</summary>
    public long Omitted => Interlocked.Read(ref _omitted);

    private long _omitted;

    public void Omit(long count) => Interlocked.Add(ref _omitted, count);

    /// <summary>The worker has nothing more to add.</summary>
    public void Done() => _open.Signal();

    /// <summary>True when all workers answered in time.</summary>
    public bool Wait(TimeSpan timeout) => _open.Wait(timeout);

    public void Dispose() => _open.Dispose();
}
