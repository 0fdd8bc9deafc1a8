using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The first items and the last ones, whatever their number.</summary>
public sealed class FirstAndLastTests
{
    [Fact]
    public void It_keeps_what_a_list_of_all_would_begin_and_end_with()
    {
        for (int each = 1; each <= 5; each++)
        {
            for (int all = 0; all <= 6 * each; all++)
            {
                FirstAndLast<int> some = new(each);
                int[] numbers = [.. Enumerable.Range(0, all)];
                foreach (int number in numbers)
                {
                    some.Add(number);
                }

                int[] kept = all <= 2 * each ? numbers : [.. numbers[..each], .. numbers[^each..]];
                Assert.Equal(kept, some.Kept);
                Assert.Equal(all, some.Count);
                Assert.Equal(all - kept.Length, some.NotKept);
            }
        }
    }
}
