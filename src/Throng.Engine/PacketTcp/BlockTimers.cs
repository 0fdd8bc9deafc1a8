namespace Throng.Engine;

/// <summary>The timers of blocks: an entry is a block's number.</summary>
internal readonly struct BlockTimers(TcpBlocks blocks) : ITimerEntries
{
    public ref TimerLink LinkOf(int entry) => ref blocks[entry].TimerLink;

    public ref byte TagOf(int entry) => ref blocks[entry].TimerTag;
}
