namespace Throng.Engine;

/// <summary>
/// The answers to what is asked of every workload about the connections of one role on one worker. For `list` it asks
/// the backend for the addresses of as many connections as are wanted and adds a row for each as the facts come: facts
/// that the workload asked for, or that came by themselves, may be the first of a connection.
/// </summary>
internal sealed class Listing(Role role)
{
    private Question? _question;

    /// <summary>Connections whose facts the question waits for.</summary>
    private readonly HashSet<Handle> _awaited = [];

    /// <summary>Answers a question; one that it does not know it answers with nothing.</summary>
    public void Answer(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.List:
                Begin(ref act, command.Question!, command.Value);
                break;

            case WorkerMessageKind.Slots:
                TellSlots(ref act, command.Question!);
                break;

            default:
                command.Question?.Done();
                break;
        }
    }

    private void Begin(ref Act act, Question question, long rowsMax)
    {
        Finish(); // a second question overtakes a first that is still open
        _question = question;
        Slab slab = act.Connections;
        long told = 0;
        for (int slot = 0; slot < slab.HighWater; slot++)
        {
            Handle connection = slab.HandleAt(slot);
            if (connection.IsNone || slab[connection].Role != role || slab[connection].Phase != Phase.Open)
            {
                continue;
            }

            if (told++ < rowsMax)
            {
                _ = _awaited.Add(connection);
                act.AskFacts(connection);
            }
        }

        question.Omit(Math.Max(0, told - rowsMax));
        if (_awaited.Count == 0)
        {
            Finish();
        }
    }

    /// <summary>Answers which slots hold an open connection.</summary>
    private void TellSlots(ref Act act, Question question)
    {
        List<int> slots = [];
        List<int> endpoints = [];
        Slab slab = act.Connections;
        for (int slot = 0; slot < slab.HighWater; slot++)
        {
            Handle connection = slab.HandleAt(slot);
            if (!connection.IsNone && slab[connection] is { Phase: Phase.Open } one && one.Role == role)
            {
                slots.Add(slot);
                endpoints.Add(act.EndpointOf(connection));
            }
        }

        question.Rows.Enqueue(new SlotsRow(act.Worker, slab.HighWater, slots, endpoints));
        question.Done();
    }

    public void OnFacts(Handle connection, int result, in ConnectionFacts facts, long ageNs, long idleNs)
    {
        if (_question is null || !_awaited.Remove(connection))
        {
            return;
        }

        if (result >= 0)
        {
            _question.Rows.Enqueue(new ConnectionRow(facts.Local, facts.Peer, role == Role.Client, ageNs, idleNs));
        }
        else
        {
            _question.Omit(1); // it is ending: the kernel has no addresses of it any more
        }

        if (_awaited.Count == 0)
        {
            Finish();
        }
    }

    private void Finish()
    {
        _question?.Done();
        _question = null;
        _awaited.Clear();
    }
}
