using System.Collections.Concurrent;

namespace Throng.Engine;

/// <summary>
/// The only way into a running worker: commands posted by any thread, taken by the worker at the start of a turn.
/// </summary>
public sealed class Mailbox
{
    private readonly ConcurrentQueue<WorkerMessage> _commands = new();

    /// <summary>Posts; the caller then wakes the worker's backend.</summary>
    public void Post(in WorkerMessage command) => _commands.Enqueue(command);

    /// <summary>Whether a turn need look inside; one volatile read, so an idle turn costs nothing.</summary>
    public bool IsEmpty => _commands.IsEmpty;

    public bool TryTake(out WorkerMessage command) => _commands.TryDequeue(out command);
}
