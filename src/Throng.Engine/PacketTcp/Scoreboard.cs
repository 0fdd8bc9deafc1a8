namespace Throng.Engine;

/// <summary>
/// Bytes behind a gap that the peer has, as its selective acknowledgements told: the scoreboard of RFC 6675, for four
/// pieces at most. A fifth is not taken note of, and sent again. All zero when nothing is known.
/// </summary>
internal struct Scoreboard
{
    /// <summary>Pieces above a gap that tell of a loss, as do more bytes than of one segment fewer.</summary>
    private const int PiecesOfLoss = 3;

    /// <summary>In order, with gaps between them.</summary>
    private SequenceRanges _pieces;

    public readonly int Count => _pieces.Count;

    /// <summary>Takes note of a piece; false when it is known, or there is no room for it.</summary>
    public bool Add(in SequenceRange range)
    {
        int at = 0;
        while (at < Count && Sequence.IsBefore(_pieces[at].End, range.From))
        {
            at++;
        }

        (uint from, uint end) = (range.From, range.End);
        int behind = at;
        for (; behind < Count && !Sequence.IsAfter(_pieces[behind].From, range.End); behind++)
        {
            from = Sequence.Earlier(_pieces[behind].From, from);
            end = Sequence.Later(_pieces[behind].End, end);
        }

        SequenceRange whole = new(from, end);
        if (behind == at)
        {
            if (_pieces.IsFull)
            {
                return false;
            }

            _pieces.Insert(at, whole);
            return true;
        }

        bool isNews = behind > at + 1 || _pieces[at] != whole;
        _pieces.Set(at, whole);
        _pieces.Remove(at + 1, behind - at - 1);
        return isNews;
    }

    /// <summary>Forgets what was acknowledged in order since.</summary>
    public void DropBefore(uint unacknowledged)
    {
        int count = 0;
        while (count < Count && !Sequence.IsAfter(_pieces[count].End, unacknowledged))
        {
            count++;
        }

        _pieces.Remove(0, count);
        if (Count > 0 && Sequence.IsBefore(_pieces[0].From, unacknowledged))
        {
            _pieces.Set(0, new SequenceRange(unacknowledged, _pieces[0].End));
        }
    }

    /// <summary>The next byte from a place on that the peer is not known to have.</summary>
    public readonly uint Missing(uint from)
    {
        for (int i = 0; i < Count; i++)
        {
            bool isIn = !Sequence.IsBefore(from, _pieces[i].From) && Sequence.IsBefore(from, _pieces[i].End);
            from = isIn ? _pieces[i].End : from;
        }

        return from;
    }

    /// <summary>Bytes from a place on to the next that the peer is known to have, or to the end.</summary>
    public readonly int BytesMissing(uint from, uint end)
    {
        for (int i = 0; i < Count; i++)
        {
            if (!Sequence.IsBefore(_pieces[i].From, from))
            {
                return (int)Math.Min(end - from, _pieces[i].From - from);
            }
        }

        return (int)(end - from);
    }

    /// <summary>Whether the first byte that is not acknowledged counts as lost.</summary>
    public readonly bool IsFirstLost(int mss) => Count > 0 && IsLost(0, BytesFrom(0), mss);

    /// <summary>Finds the first gap, from a place on, of which enough came behind it that it counts as lost.</summary>
    public readonly bool TryFindLost(uint from, uint unacknowledged, int mss, out SequenceRange gap)
    {
        uint above = BytesFrom(0);
        uint begin = unacknowledged;
        for (int i = 0; i < Count && IsLost(i, above, mss); i++)
        {
            gap = new SequenceRange(Sequence.Later(begin, from), _pieces[i].From);
            if (Sequence.IsBefore(gap.From, gap.End))
            {
                return true;
            }

            above -= _pieces[i].Bytes;
            begin = _pieces[i].End;
        }

        gap = default;
        return false;
    }

    /// <summary>Bytes that count as under way (RFC 6675, 4: SetPipe).</summary>
    /// <param name="next">Behind the last byte that was sent.</param>
    /// <param name="resentEnd">Gaps were sent again as far as this.</param>
    public readonly uint BytesUnderWay(uint unacknowledged, uint next, uint resentEnd, int mss)
    {
        uint above = BytesFrom(0);
        uint begin = unacknowledged;
        uint bytes = 0;
        for (int i = 0; i < Count; i++)
        {
            uint gap = _pieces[i].From - begin;
            bytes += IsLost(i, above, mss) ? 0 : gap;
            bytes += Sequence.IsAfter(resentEnd, begin) ? Math.Min(gap, resentEnd - begin) : 0;
            above -= _pieces[i].Bytes;
            begin = _pieces[i].End;
        }

        return bytes + (next - begin);
    }

    private readonly bool IsLost(int piece, uint above, int mss) =>
        Count - piece >= PiecesOfLoss || above > (PiecesOfLoss - 1) * (uint)mss;

    private readonly uint BytesFrom(int piece)
    {
        uint bytes = 0;
        for (int i = piece; i < Count; i++)
        {
            bytes += _pieces[i].Bytes;
        }

        return bytes;
    }
}
