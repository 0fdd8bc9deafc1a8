using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The connections a client begins: counts them by target, tells about them and about those that failed. The workload
/// says what they are for. Owner: the worker's thread.
/// </summary>
/// <param name="role">What they are to the run.</param>
/// <param name="targets">How many its plan has.</param>
internal sealed class ClientConnections(Role role, int targets)
{
    private readonly FailureLog _failures = new();
    private readonly Listing _listing = new(role);
    private readonly TargetCount[] _targets = new TargetCount[targets];

    /// <summary>One more is meant to be open to this target.</summary>
    public void Want(int target) => _targets[target].Wanted++;

    public void OnStarted(ref Act act, int target)
    {
        act.Counters(role).NoteAttempt(act.NowNs);
        _targets[target].Connecting++;
    }

    /// <summary>Notes a connection that found no room on this side; returns the reason.</summary>
    public CloseReason OnNotStarted(ref Act act, int target, OpenResult result)
    {
        CloseReason reason = act.Counters(role).CountNotStarted(result);
        _targets[target].Failed++;
        _failures.Add(act.NowNs, default, act.Target(target), Phase.Connecting, reason, 0);
        return reason;
    }

    public void OnOpened(ref Act act, Handle connection)
    {
        ref TargetCount target = ref _targets[act.EndpointOf(connection)];
        target.Connecting--;
        target.Open++;
        target.Opened++;
    }

    public void OnClosed(ref Act act, Handle connection, CloseReason reason, Phase phase, int errno)
    {
        int number = act.EndpointOf(connection);
        ref TargetCount target = ref _targets[number];
        bool wasOpen = phase == Phase.Open;
        target.Open -= wasOpen ? 1 : 0;
        target.Connecting -= wasOpen ? 0 : 1;
        if (!CloseReasons.IsOwn(reason))
        {
            target.Lost += wasOpen ? 1 : 0;
            target.Failed += wasOpen ? 0 : 1;
            _failures.Add(act.NowNs, act.LocalOf(connection), act.Target(number), phase, reason, errno);
        }
    }

    public void OnFacts(int result, in ConnectionFacts facts, long ageNs, long idleNs) =>
        _listing.OnFacts(result, facts, ageNs, idleNs);

    /// <summary>Answers what is asked of every client alike; what it does not know it answers with nothing.</summary>
    public void OnQuestion(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.List:
                _listing.Begin(ref act, command.Question!, command.Value);
                break;

            case WorkerMessageKind.Failed:
                _failures.Tell(command.Question!);
                break;

            case WorkerMessageKind.Details:
                TellTargets(ref act, command.Question!);
                break;

            default:
                command.Question?.Done();
                break;
        }
    }

    private void TellTargets(ref Act act, Question question)
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            TargetCount one = _targets[i];
            question.Rows.Enqueue(new EndpointRow(
                act.Target(i), one.Wanted, one.Open, one.Connecting, one.Opened, one.Failed, one.Lost));
        }

        question.Done();
    }

    /// <summary>Counts of the connections of one target.</summary>
    private struct TargetCount
    {
        public int Wanted;
        public int Open;
        public int Connecting;
        public long Opened;
        public long Failed;
        public long Lost;
    }
}
