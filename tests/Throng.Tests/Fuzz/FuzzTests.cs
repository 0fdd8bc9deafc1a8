using Throng.Fuzz;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Readers of foreign bytes: each takes all of its corpus, and inputs made of it by a fixed seed, as it should. The
/// same targets run for hours with `tests/fuzz`, which finds what is new.
/// </summary>
public sealed class FuzzTests
{
    private const ulong Seed = 20_260;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reader_takes_its_corpus(string name)
    {
        FuzzTarget target = Target(name);
        foreach ((string file, byte[] input) in Corpus.Of(target))
        {
            Fault? fault = Judge.Try(target, input);
            Assert.True(fault is null, $"{file}: {fault?.Kind}\n{fault?.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reader_takes_what_is_made_of_its_corpus(string name)
    {
        FuzzTarget target = Target(name);
        byte[][] corpus = [.. Corpus.Of(target).Select(file => file.Input)];
        Mutator mutator = new(target, Seed);
        for (int round = Suite.Rounds(target.Rounds, 4 * target.Rounds); round > 0; round--)
        {
            byte[] other = corpus[mutator.Below(corpus.Length)];
            ReadOnlySpan<byte> input = mutator.Mutate(corpus[mutator.Below(corpus.Length)], other);
            if (Judge.Try(target, input) is { } fault)
            {
                Assert.Fail($"{fault.Kind}\n{fault.Text}\n{Convert.ToHexString(input)}");
            }
        }
    }

    [Fact]
    public void Every_target_has_a_name_and_a_corpus_of_its_own()
    {
        Assert.Equal(FuzzTargets.All.Count, FuzzTargets.All.Select(target => target.Name).Distinct().Count());
        Assert.All(FuzzTargets.All, target => Assert.InRange(Corpus.Of(target).Count, 2, 25));
        Assert.All(FuzzTargets.All, target => Assert.All(
            Corpus.Of(target), file => Assert.InRange(file.Input.Length, 0, target.BytesMax)));
    }

    [Fact]
    public void What_is_not_as_it_should_be_is_told()
    {
        byte[] input = [1, 2, 3];
        Assert.Null(Judge.Try(new FuzzTarget("good", _ => { }), input));
        Assert.Equal("slow", Judge.Try(new FuzzTarget("slow", _ => Burn()), input)?.Kind);
        Assert.Equal("memory", Judge.Try(new FuzzTarget("memory", _ => Allocate()), input)?.Kind);
        Assert.StartsWith(
            "IndexOutOfRangeException in Throng.Tests.FuzzTests",
            Judge.Try(new FuzzTarget("throws", read => _ = read[7]), input)?.Kind, StringComparison.Ordinal);
        FuzzTarget target = new("wrong", _ => throw new PropertyException("no") { Detail = "7" });
        Fault? wrong = Judge.Try(target, input);
        Assert.EndsWith(": no", wrong?.Kind, StringComparison.Ordinal);
        Assert.StartsWith("7\n", wrong?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_makes_the_same_inputs_again()
    {
        FuzzTarget target = new("any", _ => { }) { BytesMax = 40, Words = ["word"] };
        Mutator one = new(target, 5);
        Mutator again = new(target, 5);
        byte[] from = [.. Enumerable.Range(0, 30).Select(at => (byte)at)];
        HashSet<string> all = [];
        for (int i = 0; i < 1000; i++)
        {
            ReadOnlySpan<byte> input = one.Mutate(from, "other"u8);
            Assert.True(input.SequenceEqual(again.Mutate(from, "other"u8)));
            Assert.InRange(input.Length, 0, 40);
            all.Add(Convert.ToHexString(input));
        }

        Assert.InRange(all.Count, 900, 1000);
    }

    private static FuzzTarget Target(string name) => FuzzTargets.All.Single(target => target.Name == name);

    private static void Burn()
    {
        long untilNs = Linux.Clock.ThreadCpuNs() + Judge.TimeMaxNs + 1_000_000;
        while (Linux.Clock.ThreadCpuNs() < untilNs)
        {
        }
    }

    private static void Allocate()
    {
        for (long bytes = 0; bytes <= Judge.AllocatedBytesMax; bytes += 1 << 20)
        {
            GC.KeepAlive(new byte[1 << 20]);
        }
    }
}
