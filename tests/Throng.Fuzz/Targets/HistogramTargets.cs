using System.Buffers.Binary;
using System.IO.Compression;
using Throng.Measurement;

namespace Throng.Fuzz;

/// <summary>Histograms in HdrHistogram's form.</summary>
internal static class HistogramTargets
{
    private const int CompressedCookie = 0x1c849314;

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("histograms", input => Read(Property.Text(input))) { Rounds = 500, Words = ["HISTFAAA", "=", "=="] },
        new("histogram-counts", input => Read(Packed(input))) { Rounds = 500 },
    ];

    private static void Read(string text)
    {
        bool isRead = HdrV2.TryDecode(text, out Histogram histogram, out string error);
        Property.IsRefusal(isRead, error);
        if (!isRead)
        {
            return;
        }

        Histogram again = HdrV2.Decode(HdrV2.Encode(histogram));
        Property.Holds(again.Count == histogram.Count, "a histogram has other counts when written again");
        long before = 0;
        foreach (double percentile in (ReadOnlySpan<double>)[0, 50, 90, 99, 99.99, 100])
        {
            long at = histogram.Percentile(percentile);
            Property.Holds(at >= before, "a higher percentile is lower");
            Property.Holds(
                again.Percentile(percentile) >= Math.Min(at, Histogram.TopNs),
                "a percentile is lower when written again");
            before = at;
        }

        LatencySummary summary = LatencySummary.From(histogram);
        Property.Holds(summary.TryToHistogram(out _, out string wrong), "a summary is none", wrong);
        CompactHistogram? compact = CompactHistogram.From(histogram);
        Property.Holds((compact?.Count ?? 0) == histogram.Count, "few bytes have other counts");
    }

    /// <summary>The input as what is deflated in such a text.</summary>
    private static string Packed(ReadOnlySpan<byte> input)
    {
        using MemoryStream packed = new();
        packed.Write(stackalloc byte[8]);
        using (ZLibStream deflate = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(input);
        }

        byte[] bytes = packed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), bytes.Length - 8);
        return Convert.ToBase64String(bytes);
    }
}
