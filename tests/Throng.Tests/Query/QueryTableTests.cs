using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class QueryTableTests
{
    [Theory]
    [InlineData(1, 3, 50)]
    [InlineData(2, 1, 40_000)] // one connection with as many ids as it may have
    [InlineData(3, 2000, 5000)]
    public void It_finds_what_a_dictionary_finds(ulong seed, int seats, int countMax)
    {
        Prng random = new(seed);
        QueryTable table = new();
        table.Seat(seats + 1);
        Dictionary<(int Seat, ushort Id), int> expected = [];
        List<(int Seat, ushort Id)> keys = [];
        ushort[] nextId = new ushort[seats];
        for (int step = 0; step < Suite.Rounds(few: 100_000, all: 400_000); step++)
        {
            if (keys.Count < countMax && random.NextInRange(0, 99) < 55)
            {
                int seat = (int)random.NextInRange(0, seats - 1);
                ushort id = nextId[seat]++;
                if (expected.ContainsKey((seat, id)))
                {
                    continue;
                }

                int query = table.Rent();
                (table[query].Seat, table[query].Id) = (seat, id);
                table.Publish(query);
                expected.Add((seat, id), query);
                keys.Add((seat, id));
            }
            else if (keys.Count > 0)
            {
                int at = (int)random.NextInRange(0, keys.Count - 1);
                (int seat, ushort id) = keys[at];
                Assert.Equal(expected[(seat, id)], table.Find(seat, id));
                Assert.Equal(expected[(seat, id)], table.Withdraw(seat, id));
                Assert.Equal(0, table.Find(seat, id));
                table.Free(expected[(seat, id)]);
                expected.Remove((seat, id));
                keys[at] = keys[^1];
                keys.RemoveAt(keys.Count - 1);
            }

            Assert.Equal(expected.Count, table.Count);
        }

        Assert.All(expected, one => Assert.Equal(one.Value, table.Find(one.Key.Seat, one.Key.Id)));
        Assert.Equal(0, table.Withdraw(seats, 7));
    }

    [Fact]
    public void Age_is_kept_in_the_order_of_sending_whatever_leaves_in_between()
    {
        QueryTable table = new();
        LinkedList<int> expected = new();
        Prng random = new(5);
        for (int step = 0; step < 20_000; step++)
        {
            if (random.NextInRange(0, 2) > 0 && expected.Count < 500)
            {
                int query = table.Rent();
                table.Age(query);
                expected.AddLast(query);
            }
            else if (expected.Count > 0)
            {
                int query = expected.ElementAt((int)random.NextInRange(0, expected.Count - 1));
                table.Unage(query);
                table.Free(query);
                expected.Remove(query);
            }

            Assert.Equal(expected.First?.Value ?? 0, table.Oldest);
        }
    }
}
