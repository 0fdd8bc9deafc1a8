using Xunit;

namespace Throng.Tests;

public sealed class StreamFeedTests
{
    [Theory]
    [InlineData(0, 1, 0, "1 2 3 4 5")]
    [InlineData(2, 3, 0, "3 4 5")]
    [InlineData(5, 6, 0, "")]
    [InlineData(99, 1, 0, "1 2 3 4 5")] // a number of another run
    public void A_reader_goes_on_where_it_was(long after, long first, long dropped, string lines)
    {
        FeedLines read = Feed(5, linesMax: 10).After(after, 10, out Task? more);
        Assert.Equal((first, dropped, lines), (read.First, read.Dropped, Text(read)));
        Assert.NotNull(more);
        Assert.Equal(lines.Length > 0, more.IsCompleted);
    }

    [Fact]
    public void A_reader_who_is_too_slow_is_told_how_many_are_gone()
    {
        FeedLines read = Feed(10, linesMax: 4).After(2, 2, out _);
        Assert.Equal((7, 4, "7 8"), (read.First, read.Dropped, Text(read)));
    }

    [Fact]
    public void Every_line_is_read_or_said_to_be_gone_whatever_the_pace()
    {
        Random random = new(7);
        for (int times = 0; times < 200; times++)
        {
            StreamFeed feed = new(linesMax: random.Next(1, 8));
            long added = 0;
            long after = 0;
            long seen = 0;
            for (int step = 0; step < 50; step++)
            {
                for (int more = random.Next(4); more > 0; more--)
                {
                    feed.Add([(byte)++added]);
                }

                FeedLines read = feed.After(after, random.Next(1, 5), out _);
                Assert.Equal(read.First + read.Lines.Count - 1, read.Lines.Count == 0 ? after : read.Lines[^1][0]);
                after = read.First + read.Lines.Count - 1;
                seen += read.Dropped + read.Lines.Count;
                Assert.Equal(after, seen);
            }
        }
    }

    [Fact]
    public async Task A_reader_waits_for_the_next_line_and_not_beyond_the_end()
    {
        StreamFeed feed = Feed(1, linesMax: 4);
        feed.After(1, 10, out Task? more);
        Assert.False(more!.IsCompleted);
        feed.Add([2]);
        await more.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        feed.Finish();
        Assert.Equal("2", Text(feed.After(1, 10, out more)));
        Assert.NotNull(more);
        feed.After(2, 10, out more);
        Assert.Null(more);
    }

    private static StreamFeed Feed(int lines, int linesMax)
    {
        StreamFeed feed = new(linesMax);
        for (int line = 1; line <= lines; line++)
        {
            feed.Add([(byte)line]);
        }

        return feed;
    }

    private static string Text(FeedLines read) => string.Join(' ', read.Lines.Select(line => (int)line[0]));
}
