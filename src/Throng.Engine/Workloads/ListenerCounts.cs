using Throng.Linux;

namespace Throng.Engine;

/// <summary>What each listener of one worker has seen: the answer to `listeners`. Owner: the worker's thread.</summary>
/// <param name="listeners">The addresses listened on, in the order of their numbers.</param>
internal sealed class ListenerCounts(SockAddr[] listeners)
{
    private readonly long[] _accepted = new long[listeners.Length];
    private readonly int[] _open = new int[listeners.Length];
    private readonly long[] _received = new long[listeners.Length];

    public void Opened(int listener)
    {
        _accepted[listener]++;
        _open[listener]++;
    }

    /// <summary>An open connection has ended.</summary>
    public void Closed(int listener) => _open[listener]--;

    /// <summary>A datagram came.</summary>
    public void Received(int listener) => _received[listener]++;

    public void Tell(Question question)
    {
        for (int i = 0; i < listeners.Length; i++)
        {
            question.Rows.Enqueue(new EndpointRow(listeners[i], 0, _open[i], 0, _accepted[i], 0, 0, _received[i]));
        }

        question.Done();
    }
}
