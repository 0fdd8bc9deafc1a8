using System.Text;
using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>Messages that agents and controllers say to each other, and the names and parts in it.</summary>
public class ClusterMessagesTests
{
    private const string Card = """
        {"name":"a","version":"1","cpus":2,"descriptors":3,"memory_bytes":4,"ports":5,"engine":"uring"}
        """;

    [Fact]
    public void Keys_that_are_not_known_have_no_effect()
    {
        string more = Card[..^1] + ""","later":{"x":[1,2]},"labels":{"zone":"inside"}}""";
        Assert.True(TryRead(more, out AgentCard? card));
        Assert.True(card.Has(new Dictionary<string, string> { ["zone"] = "inside" }));
        Assert.False(card.Has(new Dictionary<string, string> { ["zone"] = "outside" }));
    }

    [Fact]
    public void Keys_that_are_left_out_have_their_defaults()
    {
        Assert.True(TryRead(Card, out AgentCard? card));
        Assert.True(card.Has(new Dictionary<string, string>()));
        Assert.False(card.Has(new Dictionary<string, string> { ["zone"] = "inside" }));
        Assert.Empty(card.Addresses);
        Assert.Empty(card.Allowed);

        Assert.True(TryRead("""{"kind":"Clock"}""", out Order? order));
        Assert.Equal(("", "", "", "", ""), (order.Run, order.Controller, order.Version, order.Part, order.Line));
        Assert.NotEqual(ClusterProtocol.Version, order.Protocol); // who does not say it is not taken for one of us
        Assert.Empty(order.Words);
        Assert.True(TryRead(
            """{"agent":"a","is_done":true,"now":"2026-01-02T03:04:05Z"}""", out OrderAnswer? answer));
        Assert.Equal("", answer.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"Dance"}""")]
    [InlineData("""{"kind":null}""")]
    [InlineData("""{"kind":"Clock","at":"yesterday"}""")]
    [InlineData("""{"kind":"Clock","fence":-1}""")]
    [InlineData("""{"kind":"Clock","words":7}""")]
    [InlineData("""{"kind":"Clock","run":"\ud800"}""")]
    [InlineData("""{"kind":"Clock","run":null}""")]
    [InlineData("""{"kind":"Clock","words":[null]}""")]
    [InlineData("""{"kind":"Clock"} more""")]
    public void What_is_no_order_is_none(string text) => Assert.False(TryRead(text, out Order? _));

    [Theory]
    [InlineData("""{"agent":"a","is_done":true}""")]
    [InlineData("""{"agent":null,"is_done":true,"now":"2026-01-02T03:04:05Z"}""")]
    public void What_is_no_answer_is_none(string text) => Assert.False(TryRead(text, out OrderAnswer? _));

    [Theory]
    [InlineData("""{"run":"r","controller":"c","words":[],"parts":[{"part":"1/1"}]}""")]
    [InlineData("""{"run":"r","controller":"c","words":[],"parts":[null]}""")]
    [InlineData("""{"run":"r","controller":"c","words":[]}""")]
    public void What_is_no_plan_is_none(string text) => Assert.False(TryRead(text, out RunPlan? _));

    [Fact]
    public void Messages_come_back_as_they_were_written()
    {
        Order order = new()
        {
            Kind = OrderKind.Prepare, Run = "r", Controller = "c", Version = "1", Fence = ulong.MaxValue, Part = "1/2",
            Words = ["hold", "7"], OnControllerLoss = ControllerLoss.Stop, At = DateTimeOffset.UnixEpoch, Line = "ü\n",
        };
        Assert.True(ClusterJson.TryRead(ClusterJson.Write(order), out Order? read));
        Assert.Equivalent(order, read, strict: true);
    }

    [Fact]
    public void Rubbish_is_no_figure_and_throws_nothing()
    {
        Figure figure = new()
        {
            Run = "r", Agent = "a", Part = "1/2", Sequence = 3, AgentStarted = DateTimeOffset.UnixEpoch,
            State = JobState.Running, At = DateTimeOffset.UnixEpoch, Said = "é",
        };
        byte[] whole = figure.ToMessage("{\"a\":1}"u8);
        Assert.True(Figure.TryRead(whole, out Figure? same, out ReadOnlyMemory<byte> document));
        Assert.Equal(figure, same);
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(document.Span));

        Prng random = new(11);
        for (int round = 0; round < Suite.Rounds(few: 20_000, all: 400_000); round++)
        {
            byte[] broken = round % 3 == 0
                ? [.. Enumerable.Range(0, (int)random.NextInRange(0, 40)).Select(_ => (byte)random.NextInRange(0, 255))]
                : [.. whole];
            for (int change = (int)random.NextInRange(1, 4); change > 0 && broken.Length > 0; change--)
            {
                broken[random.NextInRange(0, broken.Length - 1)] = (byte)random.NextInRange(0, 255);
            }

            if (Figure.TryRead(broken.AsMemory(0, (int)random.NextInRange(0, broken.Length)), out Figure? read, out _))
            {
                Assert.NotNull(read.Run);
                Assert.NotNull(read.Agent);
                Assert.NotNull(read.Part);
                Assert.NotNull(read.Said);
            }
        }
    }

    [Theory]
    [InlineData("host.example:7", "host-example-7")]
    [InlineData("a_b-c9", "a_b-c9")]
    [InlineData("", "agent")]
    [InlineData("naïve", "na-ve")]
    [InlineData("a*>", "a--")]
    public void A_name_is_made_of_any_text(string text, string name) =>
        Assert.Equal(name, ClusterProtocol.NameFrom(text));

    [Fact]
    public void What_is_made_of_any_text_is_a_name()
    {
        Prng random = new(5);
        for (int round = 0; round < 2_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, (int)random.NextInRange(0, 100))
                .Select(_ => (char)random.NextInRange(0, round % 2 == 0 ? 127 : 0xffff)));
            string name = ClusterProtocol.NameFrom(text);
            Assert.True(ClusterProtocol.IsName(name), text);
            Assert.Equal(name, ClusterProtocol.NameFrom(name));
        }

        Assert.False(ClusterProtocol.IsName(""));
        Assert.False(ClusterProtocol.IsName("a.b"));
        Assert.False(ClusterProtocol.IsName("é"));
        Assert.False(ClusterProtocol.IsName(new string('a', 65)));
    }

    [Fact]
    public void The_cuts_of_all_parts_are_the_plan()
    {
        Prng random = new(9);
        for (int round = 0; round < 500; round++)
        {
            (long total, int count, int cuts) =
                (random.NextInRange(0, 1_000_000), (int)random.NextInRange(1, 9), (int)random.NextInRange(1, 9));
            long next = 0;
            for (int index = 0; index < count; index++)
            {
                JobPart part = new(index, count);
                long own = 0;
                for (int cut = 0; cut < cuts; cut++)
                {
                    JobPart piece = part.Cut(cut, cuts);
                    Assert.Equal(next, Shares.FirstOf(total, piece.Index, piece.Count));
                    next += Shares.OfPart(total, piece.Index, piece.Count);
                    own += Shares.OfPart(total, piece.Index, piece.Count);
                    Assert.True(JobPart.TryParse(piece.ToString(), out JobPart read));
                    Assert.Equal(piece, read);
                }

                Assert.Equal(Shares.OfPart(total, part.Index, part.Count), own);
            }

            Assert.Equal(total, next);
        }
    }

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("")]
    [InlineData("1/99999999999")]
    public void What_is_no_part_is_none(string text) => Assert.False(JobPart.TryParse(text, out _));

    [Theory]
    [InlineData(new[] { 1_000.0, 1_000, 1_000 }, new[] { 1, 1, 1 })]
    [InlineData(new[] { 1_000.0, 2_000, 3_000 }, new[] { 1, 2, 3 })]
    [InlineData(new[] { 10.0, 1_000_000 }, new[] { 1, 8 })]
    [InlineData(new[] { 0.0, 0 }, new[] { 1, 1 })]
    [InlineData(new[] { 0.5, 0.2 }, new[] { 1, 1 })]
    [InlineData(new[] { double.NaN, 1_000, 500 }, new[] { 2, 2, 1 })]
    public void Agents_get_parts_by_what_is_possible_there(double[] possible, int[] weights) => Assert.Equal(
        weights, PlanShares.Weights([.. possible.Select(one => double.IsNaN(one) ? (double?)null : one)]));

    [Fact]
    public void Where_no_limit_is_known_all_get_the_same() => Assert.Equal([1, 1], PlanShares.Weights([null, null]));

    private static bool TryRead<T>(string json, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? message)
        where T : class => ClusterJson.TryRead(Encoding.UTF8.GetBytes(json), out message);
}
