using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The last failures of an echo in the kernel, oldest overwritten first. Rows are made only when somebody asks.
/// </summary>
internal sealed class FailureLog
{
    /// <summary>How many are kept, and shown.</summary>
    public const int Capacity = 100;

    private readonly Entry[] _entries = new Entry[Capacity];
    private long _count;

    public void Add(long atNs, in SockAddr local, in SockAddr remote, Phase phase, CloseReason reason, int errno) =>
        _entries[_count++ % Capacity] = new Entry(atNs, local, remote, phase, reason, errno);

    public void Tell(Question question)
    {
        for (long i = Math.Max(0, _count - Capacity); i < _count; i++)
        {
            Entry entry = _entries[i % Capacity];
            string phase = entry.Phase == Phase.Connecting ? "connect" : "open";
            question.Rows.Enqueue(new FailureRow(
                entry.AtNs, entry.Local, entry.Remote, phase, CloseReasons.Name(entry.Reason), entry.Errno));
        }

        question.Omit(Math.Max(0, _count - Capacity));
        question.Done();
    }

    private readonly record struct Entry(
        long AtNs, SockAddr Local, SockAddr Remote, Phase Phase, CloseReason Reason, int Errno);
}
