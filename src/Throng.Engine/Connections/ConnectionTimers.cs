namespace Throng.Engine;

/// <summary>The timers of connections: an entry is a slot.</summary>
internal readonly struct ConnectionTimers(Slab slab) : ITimerEntries
{
    public ref TimerLink LinkOf(int entry) => ref slab.AtSlot(entry).Timer;

    public ref byte TagOf(int entry) => ref slab.AtSlot(entry).TimerTag;
}
