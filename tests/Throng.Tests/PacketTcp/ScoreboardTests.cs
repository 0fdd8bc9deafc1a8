using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>The scoreboard of RFC 6675, compared with a plain array of what the peer told of.</summary>
public sealed class ScoreboardTests
{
    private const int Bytes = 200;
    private const int Mss = 10;

    [Fact]
    public void It_knows_what_was_told_and_nothing_else()
    {
        for (ulong seed = 1; seed <= 500; seed++)
        {
            Prng random = new(seed);
            uint first = (uint)random.NextULong();
            Scoreboard board = default;
            bool[] has = new bool[Bytes];
            int una = 0;
            for (int step = 0; step < 60; step++)
            {
                int from = (int)random.NextInRange(una + 1, Bytes - 1);
                int end = (int)Math.Min(Bytes, from + random.NextInRange(1, 20));
                bool isKnown = has.AsSpan(from, end - from).IndexOf(false) < 0;
                bool isNews = board.Add(new SequenceRange(first + (uint)from, first + (uint)end));
                Assert.False(isKnown && isNews, "what is known is no news");
                if (isNews)
                {
                    has.AsSpan(from, end - from).Fill(true);
                }

                if (random.NextInRange(0, 5) == 0 && una < Bytes - 30)
                {
                    una += (int)random.NextInRange(1, 15);
                    while (una < Bytes && has[una])
                    {
                        una++; // a peer acknowledges what it has
                    }

                    board.DropBefore(first + (uint)una);
                }

                Compare(board, has, first, una, resent: (int)random.NextInRange(una, Bytes));
                if (una >= Bytes - 31)
                {
                    break;
                }
            }
        }
    }

    private static void Compare(Scoreboard board, bool[] has, uint first, int una, int resent)
    {
        int underWay = 0;
        int lost = -1;
        for (int at = una; at < Bytes; at++)
        {
            int above = has.AsSpan(at).Count(true);
            int pieces = 0;
            for (int i = at + 1; i < Bytes; i++)
            {
                pieces += has[i] && !has[i - 1] ? 1 : 0;
            }

            bool isBelow = above > 0;
            bool isLost = isBelow && (pieces >= 3 || above > 2 * Mss);
            underWay += !has[at] && !isLost ? 1 : 0;
            underWay += !has[at] && isBelow && at < resent ? 1 : 0;
            lost = lost < 0 && !has[at] && isLost && at >= resent ? at : lost;
            Assert.Equal(
                Enumerable.Range(at, Bytes - at).FirstOrDefault(i => !has[i], Bytes),
                (int)(board.Missing(first + (uint)at) - first));
            if (!has[at])
            {
                Assert.Equal(
                    Enumerable.Range(at, Bytes - at).FirstOrDefault(i => has[i], Bytes) - at,
                    board.BytesMissing(first + (uint)at, first + Bytes));
            }
        }

        uint resentEnd = first + (uint)resent;
        Assert.Equal(underWay, (int)board.BytesUnderWay(first + (uint)una, first + Bytes, resentEnd, Mss));
        bool isFound = board.TryFindLost(resentEnd, first + (uint)una, Mss, out SequenceRange gap);
        Assert.Equal(lost >= 0, isFound);
        if (isFound)
        {
            Assert.Equal(lost, (int)(gap.From - first));
        }
    }
}
