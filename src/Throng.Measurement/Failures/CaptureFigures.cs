using System.ComponentModel;

namespace Throng.Measurement;

/// <summary>The file of <c>--pcap</c>, in numbers: packets of connections that ended badly.</summary>
[Description("Of a run with --pcap: what its file has of the connections that ended badly.")]
public sealed record CaptureFigures
{
    /// <summary>Failures whose packets are in the file.</summary>
    [Description("Failures whose packets are in the file.")]
    public required long Connections { get; init; }

    /// <summary>Packets in the file.</summary>
    [Description("Packets in the file.")]
    public required long Packets { get; init; }

    /// <summary>Failures of which the file has no packet.</summary>
    [Description("Failures of which it has no packet: none was seen or is kept any more, or the file had its size or "
        + "could not be written. With connections this is every failure.")]
    public required long NotKept { get; init; }

    /// <summary>Packets that the kernel had no room for.</summary>
    [Description("Packets that the kernel dropped before they could be looked at, whosever they were.")]
    public required long Dropped { get; init; }
}
