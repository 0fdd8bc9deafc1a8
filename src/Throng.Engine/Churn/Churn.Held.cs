using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Connections that are opened before the first life falls due and kept, silent, until the schedule has ended. None is
/// opened twice: one that fails or is ended by somebody else is missing from then on, and counted.
/// </summary>
internal partial struct Churn
{
    /// <summary>In the place of a step: it is held beside the lives.</summary>
    private const ushort HeldBeside = NotCounted - 1;

    /// <summary>Handshakes under way at once, of all workers: an accept queue of 128 does not overflow.</summary>
    private const int HeldConnectingMax = 64;

    private readonly bool HasHeldToOpen =>
        _heldMissing > 0 && _heldConnecting < _heldConnectingMax && !_isOver;

    private void OpenHeld(ref Act act)
    {
        _heldMissing--;
        int target = NextTarget(ref act);
        OpenResult result = act.Open(target, _spec.TimeoutNs, out Handle connection, _role);
        if (result != OpenResult.Started)
        {
            _ = _connections.OnNotStarted(ref act, target, result);
            return;
        }

        _heldConnecting++;
        _connections.OnStarted(ref act, target);
        ConnectionState.As<LifeState>(ref act.Connections[connection].State).Begin(act.NowNs, act.NowNs, HeldBeside);
    }

    private void OnHeldOpened(ref Act act, Handle connection)
    {
        _heldConnecting--;
        _tally.HeldOpened++;
        if (_isOver)
        {
            act.Close(connection, CloseReason.Drained, _closeKind);
        }
        else
        {
            act.Receive(connection, ReceiveMode.Idle); // so that its end is seen
        }
    }

    private void OnHeldClosed(CloseReason reason, Phase phase)
    {
        if (phase == Phase.Connecting)
        {
            _heldConnecting--;
        }
        else if (!_isOver && !CloseReasons.IsOwn(reason))
        {
            _tally.HeldLost++;
        }
    }
}
