using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The end of a run on the wire, when nobody polls any more: a kernel goes on with what a process has closed, and for
/// these connections there is only this. What is open is reset; what is closed is acknowledged, and sent again, until
/// both ends have finished.
/// </summary>
internal sealed partial class PacketBackend
{
    /// <summary>Turns in a row in which nothing comes, each of a millisecond: then nobody is there.</summary>
    private const int SilentTurnsMax = 1000;

    /// <summary>Turns in a row in which nothing comes, after which no FIN comes again that was acknowledged in vain.
    /// </summary>
    private const int RepeatTurnsMax = 500;

    /// <summary>How long it takes at most: a peer may talk for ever and not finish.</summary>
    private const long EndMaxNs = 10 * Ns.Second;

    /// <summary>Flags of a connection that is to be reset, when its others mean nothing any more.</summary>
    private const ushort Abandoned = Attended;

    /// <summary>An acknowledgement was dropped here, or on the way: its FIN came again, and others may.</summary>
    private bool _hasRepeats;

    /// <summary>Turns without a segment that are waited.</summary>
    private int SilentTurns => _blocks.Used > 0 ? SilentTurnsMax : _hasRepeats ? RepeatTurnsMax : 0;

    private void SendEnds()
    {
        _nowNs = NowNs();
        long endNs = _nowNs + EndMaxNs;
        for (int slot = 0; slot < _slab.HighWater; slot++)
        {
            Abandon(ref _slab.AtSlot(slot), slot);
        }

        for (int slot = 0; slot < _slab.HighWater && _nowNs < endNs; slot++)
        {
            ref Connection record = ref _slab.AtSlot(slot);
            if (record.Flags == Abandoned)
            {
                Reset(record);
            }

            if (_replies.Count >= RepliesMax)
            {
                EndTurn();
            }
        }

        for (int silent = 0; (silent < SilentTurns || _replies.Count > 0) && _nowNs < endNs;)
        {
            long before = Counts.SegmentsIn;
            EndTurn();
            silent = Counts.SegmentsIn == before ? silent + 1 : 0;
        }

        _port.Wait(0);
    }

    /// <summary>
    /// Forgets a connection that is told as over and is not on the wire, resets it if it has a block, and otherwise
    /// marks it. After all of them only what was closed has a block.
    /// </summary>
    private void Abandon(ref Connection record, int slot)
    {
        bool isKnown = _paths.Knows(record.Path) && _slots.Find(record.Path, record.LocalPort) == slot;
        bool hasBlock = isKnown && (record.Flags & HasBlock) != 0;
        if (isKnown)
        {
            _slots.Remove(record.Path, record.LocalPort);
        }

        if (hasBlock)
        {
            if (!_blocks[record.Outbox].Has(BlockFlags.Connecting))
            {
                Reset(record);
            }

            ReturnBlock(record.Outbox, ref _blocks[record.Outbox]);
        }

        record.Flags = isKnown && !hasBlock ? Abandoned : (ushort)0;
    }

    private void EndTurn()
    {
        _lacksFrames = false;
        SendReplies();
        SendFins();
        _port.Wait(_replies.Count > 0 && !_lacksFrames ? 0 : NowNs() + Ns.Millisecond);
        _nowNs = NowNs();
        _link.Tick(_nowNs);
        FireTimers(_nowNs);
        EndTimeWaits(_nowNs);
        TakeFrames();
    }

    /// <summary>Goes once through the blocks with something to send.</summary>
    private void SendFins()
    {
        for (int left = _blocks.Used; left > 0 && _outputHead != 0 && !_lacksFrames; left--)
        {
            int number = _outputHead;
            ref TcpBlock block = ref _blocks[number];
            RemoveOutput(number, ref block);
            if (Transmit(number, ref block, produce: null) == Progress.Later)
            {
                AddOutput(number, ref block);
            }
        }
    }
}
