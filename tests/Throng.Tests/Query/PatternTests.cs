using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The pattern byte by byte, whichever way a length is done.</summary>
public sealed class PatternTests
{
    private const int Length = 4093;

    [Fact]
    public void Every_length_from_every_place_is_the_same_bytes()
    {
        byte[] whole = new byte[3 * Length];
        for (int i = 0; i < whole.Length; i++)
        {
            Pattern.Fill((ulong)i, whole.AsSpan(i, 1)); // one by one: no length is special there
        }

        Assert.Equal(whole[..Length], whole[Length..(2 * Length)]);
        int[] lengths = [0, 1, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 4092, 4093, 4094];
        foreach (int length in lengths)
        {
            foreach (int from in (int[])[0, 1, 63, Length - 129, Length - 128, Length - 17, Length - 1, Length])
            {
                byte[] filled = new byte[length + 2];
                Pattern.Fill((ulong)from, filled.AsSpan(1, length));
                Assert.Equal(whole[from..(from + length)], filled[1..^1]);
                Assert.Equal((0, 0), (filled[0], filled[^1]));
                Assert.True(Pattern.Is((ulong)from, filled.AsSpan(1, length)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(128)]
    [InlineData(129)]
    public void One_wrong_bit_anywhere_is_seen(int length)
    {
        byte[] bytes = new byte[length];
        Pattern.Fill(4080, bytes);
        for (int at = 0; at < length; at++)
        {
            bytes[at] ^= 0x10;
            Assert.False(Pattern.Is(4080, bytes), $"byte {at} of {length}");
            bytes[at] ^= 0x10;
        }
    }
}
