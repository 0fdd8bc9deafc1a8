using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Data that <see cref="ServerConnections"/> keeps of each connection: the first 8 bytes of the workload's state.
/// </summary>
internal struct Accepted
{
    public uint AcceptedMs;

    /// <summary>When something last moved on it, as the workload sees it.</summary>
    public uint LastMs;
}

/// <summary>
/// The connections a server's workload is given: counts them by listener, tells about them, and ends with all of them
/// closed. The workload says what they are for and keeps an <see cref="Accepted"/> at the beginning of each one's
/// state. During the drain an arrival is the next of them. Owner: the worker's thread.
/// </summary>
/// <param name="listeners">The addresses listened on, in the order of their numbers.</param>
/// <param name="hasDatagrams">Some of them are for datagrams: nothing says that the last one has come.</param>
internal sealed class ServerConnections(SockAddr[] listeners, bool hasDatagrams = false)
{
    /// <summary>
    /// From the last SYN that is answered to the end of its handshake: a round trip around the world.
    /// </summary>
    private const long HandshakeNs = 200 * Ns.Millisecond;

    /// <summary>How often a queue is looked at that has not been accepted from to its end.</summary>
    private const long QueueLookNs = 10 * Ns.Millisecond;

    private readonly long[] _accepted = new long[listeners.Length];
    private readonly int[] _open = new int[listeners.Length];
    private readonly long[] _received = new long[listeners.Length];
    private readonly Listing _listing = new(Role.Server);
    private Sweep _closing;
    private bool _hasRetired;

    public bool IsDraining { get; private set; }

    /// <summary>Arrivals are due until every connection has been looked at.</summary>
    public bool IsClosing => _closing.IsRunning;

    public bool IsFinished => IsDraining ? !IsClosing : _hasRetired && !hasDatagrams;

    /// <summary>New connections are accepted, or those that came before the server retired.</summary>
    public bool IsAccepting => !IsDraining && !_hasRetired;

    /// <summary>When to call <see cref="LookAtQueues"/>.</summary>
    public long QueueLookDueNs { get; private set; } = long.MaxValue;

    public CloseKind CloseKind { get; private set; }

    /// <summary>The next connection of the drain.</summary>
    public bool TryNext(ref Act act, out Handle connection) =>
        _closing.TryNext(act.Connections, Role.Server, out connection);

    /// <summary>Closes the listeners of a server that retires, once everybody who came has been accepted.</summary>
    public void LookAtQueues(ref Act act)
    {
        _hasRetired = act.TryUnlisten();
        QueueLookDueNs = _hasRetired ? long.MaxValue : act.NowNs + QueueLookNs;
    }

    /// <summary>False when the run is over and it is already being closed.</summary>
    public bool OnOpened(ref Act act, Handle connection, ref Accepted own)
    {
        own.AcceptedMs = Milliseconds.Of(act.NowNs);
        own.LastMs = own.AcceptedMs;
        int listener = act.EndpointOf(connection);
        _accepted[listener]++;
        _open[listener]++;
        if (IsDraining)
        {
            act.Close(connection, CloseReason.Drained, CloseKind);
        }

        return !IsDraining;
    }

    /// <summary>An open connection has ended.</summary>
    public void OnClosed(ref Act act, Handle connection) => _open[act.EndpointOf(connection)]--;

    /// <summary>A datagram came.</summary>
    public void OnDatagram(int listener) => _received[listener]++;

    public void OnFacts(
        ref Act act, Handle connection, int result, in ConnectionFacts facts, in Accepted own) => _listing.OnFacts(
        connection, result, facts, Milliseconds.SinceNs(own.AcceptedMs, act.NowNs),
        Milliseconds.SinceNs(own.LastMs, act.NowNs));

    /// <summary>Does what is asked of every server alike; what it does not know it answers with nothing.</summary>
    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Retire:
                act.Retire();
                QueueLookDueNs = act.NowNs + HandshakeNs;
                break;

            case WorkerMessageKind.Drain or WorkerMessageKind.Abort:
                act.StopAccepting();
                QueueLookDueNs = long.MaxValue;
                IsDraining = true;
                CloseKind = command.Kind == WorkerMessageKind.Abort ? CloseKind.Rst : CloseKind.Fin;
                _closing.Start();
                break;

            case WorkerMessageKind.Details:
                TellListeners(command.Question!);
                break;

            default:
                _listing.Answer(ref act, command);
                break;
        }
    }

    private void TellListeners(Question question)
    {
        for (int i = 0; i < listeners.Length; i++)
        {
            question.Rows.Enqueue(new EndpointRow(listeners[i], 0, _open[i], 0, _accepted[i], 0, 0, _received[i]));
        }

        question.Done();
    }
}
