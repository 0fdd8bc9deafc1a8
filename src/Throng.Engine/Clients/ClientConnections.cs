using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The connections a client begins: counts them by target, and tells about them. The workload says what they are for.
/// Owner: the worker's thread.
/// </summary>
/// <param name="role">What they are to the run.</param>
/// <param name="targets">How many its plan has.</param>
internal sealed class ClientConnections(Role role, int targets)
{
    private readonly Listing _listing = new(role);
    private readonly TargetState[] _targets = new TargetState[targets];

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
        CloseReason reason = act.CountNotStarted(target, role, result);
        _targets[target].Failed++;
        return reason;
    }

    public void OnOpened(ref Act act, Handle connection)
    {
        ref TargetState target = ref _targets[act.EndpointOf(connection)];
        target.Connecting--;
        target.Open++;
        target.Opened++;
    }

    public void OnClosed(ref Act act, Handle connection, CloseReason reason, Phase phase)
    {
        ref TargetState target = ref _targets[act.EndpointOf(connection)];
        bool wasOpen = phase == Phase.Open;
        target.Open -= wasOpen ? 1 : 0;
        target.Connecting -= wasOpen ? 0 : 1;
        if (!CloseReasons.IsOwn(reason))
        {
            target.Lost += wasOpen ? 1 : 0;
            target.Failed += wasOpen ? 0 : 1;
        }
    }

    public void OnFacts(Handle connection, int result, in ConnectionFacts facts, long ageNs, long idleNs) =>
        _listing.OnFacts(connection, result, facts, ageNs, idleNs);

    /// <summary>Answers what is asked of every client alike.</summary>
    public void OnQuestion(ref Act act, in WorkerMessage command)
    {
        if (command.Kind == WorkerMessageKind.Details)
        {
            TargetState.TellAll(ref act, _targets, command.Question!);
        }
        else
        {
            _listing.Answer(ref act, command);
        }
    }
}
