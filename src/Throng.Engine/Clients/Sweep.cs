namespace Throng.Engine;

/// <summary>
/// A walk over the connections of one role that takes as many turns as it needs: one step per call, so that closing
/// a million connections does not hold up the rest. Connections that come during the walk may be missed; who walks
/// sees to those when they come. It begins with the newest: the kernel finds a connection's poll, which ends with it,
/// in a list that has the newest first.
/// </summary>
internal struct Sweep
{
    private int _slot;

    public bool IsRunning { get; private set; }

    public void Start()
    {
        _slot = int.MaxValue;
        IsRunning = true;
    }

    /// <summary>The next live connection of the role; false, and the walk is over, when there is none.</summary>
    public bool TryNext(Slab slab, Role role, out Handle connection)
    {
        _slot = Math.Min(_slot, slab.HighWater);
        while (_slot > 0)
        {
            connection = slab.HandleAt(--_slot);
            if (!connection.IsNone && slab[connection].Role == role)
            {
                return true;
            }
        }

        connection = Handle.None;
        IsRunning = false;
        return false;
    }
}
