namespace Throng.Engine;

/// <summary>When a timer is due, and its neighbours in a list of a <see cref="TimerWheel{TEntries}"/>. The wheel's
/// alone, while the timer is armed.</summary>
public struct TimerLink
{
    internal uint Tick;
    internal int Next;
    internal int Previous;
}

/// <summary>Entries, numbered from 0, each of which has one timer in a <see cref="TimerWheel{TEntries}"/>.</summary>
public interface ITimerEntries
{
    ref TimerLink LinkOf(int entry);

    /// <summary>The tag of the timer, which says what it is for; 0 while it is not armed.</summary>
    ref byte TagOf(int entry);
}
