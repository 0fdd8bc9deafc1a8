using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Golden/hdr-histogram-js.txt was made by npm hdr-histogram-js 3.0.1 on node 20, one "name base64" a line:
/// <code>
/// h = hdr.build({lowestDiscernibleValue: 1, highestTrackableValue: 3600000000000,
///     numberOfSignificantValueDigits: 3, bitBucketSize: 64}); ...; hdr.encodeIntoCompressedBase64(h)
/// </code>
/// where the records are those that <see cref="Golden"/> repeats; <c>two-digits</c> has lowest value 1000 and 2 digits.
/// </summary>
public sealed class HdrV2Tests
{
    [Theory]
    [InlineData("empty")]
    [InlineData("few")]
    [InlineData("many")]
    [InlineData("big")]
    public void What_another_implementation_wrote_is_read_and_written_alike(string name)
    {
        string theirs = GoldenText(name);
        Histogram expected = Golden(name);
        HistogramTests.AssertSameCells(expected, HdrV2.Decode(theirs));

        // The deflated bytes depend on the compressor; what they carry must be the same to the byte, but for two
        // fields that the other fills oddly: the rotation of its array (8..11) and the conversion ratio (32..39).
        byte[] plain = Inflated(theirs);
        byte[] ours = Inflated(HdrV2.Encode(expected));
        Assert.Equal(plain[..8], ours[..8]);
        Assert.Equal(plain[12..32], ours[12..32]);
        Assert.Equal(plain[40..], ours[40..]);
    }

    [Fact]
    public void Another_precision_is_read_to_that_precision()
    {
        Histogram histogram = HdrV2.Decode(GoldenText("two-digits"));
        Assert.Equal(100, histogram.Count);

        // What the other implementation said of its own: p50, p99.
        Assert.Equal(50_175, histogram.Percentile(50), tolerance: 51.0);
        Assert.Equal(99_327, histogram.Percentile(99), tolerance: 100.0);
    }

    [Fact]
    public void A_histogram_survives_the_round_trip() => Prop.ForAll(
        Arb.From(HistogramTests.LatencyLists),
        values =>
        {
            Histogram recorded = HistogramTests.Recorded(values);
            HistogramTests.AssertSameCells(recorded, HdrV2.Decode(HdrV2.Encode(recorded)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cells_at_both_ends_and_large_counts_survive_the_round_trip()
    {
        Histogram recorded = new();
        recorded.Record(0, 1L << 61);
        recorded.Record(1, 300);
        recorded.Record(long.MaxValue, 128);
        HistogramTests.AssertSameCells(recorded, HdrV2.Decode(HdrV2.Encode(recorded)));
    }

    [Fact]
    public void A_summary_gives_its_histogram_back_exactly() => Prop.ForAll(
        Arb.From(HistogramTests.LatencyLists),
        values =>
        {
            Histogram recorded = HistogramTests.Recorded(values);
            LatencySummary summary = LatencySummary.From(recorded);
            Assert.True(summary.TryToHistogram(out Histogram read, out string error), error);
            HistogramTests.AssertSameCells(recorded, read);
            Assert.Equal((recorded.MinNs, recorded.MaxNs), (read.MinNs, read.MaxNs));
            Assert.Equal(recorded.MeanNs, read.MeanNs, tolerance: 0.5 + (recorded.MeanNs * 1e-9));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    [InlineData("HISTFAAAACB4nJNpmSzM")]
    [InlineData("HISTFP////94nJNpmSzM")]
    public void What_is_no_histogram_is_refused_with_a_reason(string text)
    {
        Assert.False(HdrV2.TryDecode(text, out Histogram histogram, out string error));
        Assert.NotEmpty(error);
        Assert.Equal(0, histogram.Count);
    }

    [Fact]
    public void Damage_never_throws()
    {
        byte[] whole = Convert.FromBase64String(GoldenText("few"));
        byte[] plain = Inflated(GoldenText("few"));
        Prng random = new(42);
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.NextInRange(0, damaged.Length - 1)] = (byte)random.NextULong();
            _ = HdrV2.TryDecode(Convert.ToBase64String(damaged), out _, out _);

            // Behind the checksum of zlib too, where the counts and the header are.
            byte[] inner = [.. plain];
            inner[random.NextInRange(0, inner.Length - 1)] = (byte)random.NextULong();
            _ = HdrV2.TryDecode(Deflated(inner), out _, out _);
        }
    }

    private static Histogram Golden(string name)
    {
        Histogram histogram = new();
        switch (name)
        {
            case "few":
                return HistogramTests.Recorded(
                    [0, 1, 2047, 2048, 4096, 1_000_000, 1_234_567_890, Histogram.HighestTrackableNs]);
            case "many":
                for (int i = 1; i <= 10_000; i++)
                {
                    histogram.Record(i * 1000, (i % 7) + 1);
                }

                break;
            case "big":
                histogram.Record(5000, 9_007_199_254_740_990);
                break;
        }

        return histogram;
    }

    private static string GoldenText(string name) => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "hdr-histogram-js.txt"))
        .Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..];

    private static byte[] Inflated(string base64)
    {
        using MemoryStream packed = new(Convert.FromBase64String(base64)[8..]);
        using ZLibStream inflate = new(packed, CompressionMode.Decompress);
        using MemoryStream plain = new();
        inflate.CopyTo(plain);
        return plain.ToArray();
    }

    private static string Deflated(byte[] plain)
    {
        using MemoryStream packed = new();
        using (ZLibStream deflate = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(plain);
        }

        byte[] body = packed.ToArray();
        byte[] length = BitConverter.GetBytes(body.Length);
        Array.Reverse(length);
        return Convert.ToBase64String([0x1c, 0x84, 0x93, 0x14, .. length, .. body]);
    }
}
