using System.Diagnostics.CodeAnalysis;

namespace Throng.Cluster;

/// <summary>Progress of a part of a run.</summary>
public enum JobState : byte
{
    /// <summary>It opens its connections.</summary>
    Connecting,

    /// <summary>All its connections are open, or no more come: it waits to be told to begin.</summary>
    Ready,

    /// <summary>It was told to begin.</summary>
    Running,

    /// <summary>It has ended, and its result is on its way.</summary>
    Ending,

    /// <summary>It has ended, and its result is stored.</summary>
    Ended,

    /// <summary>It has ended without a result.</summary>
    Failed,
}

/// <summary>
/// Figures of one part at one moment, sent each second: cumulative and numbered, so that a lost one costs a second and
/// no count. On the wire it is a line of JSON, and behind it the document so far, if there is one.
/// </summary>
public sealed record Figure
{
    public required string Run { get; init; }

    public required string Agent { get; init; }

    public required string Part { get; init; }

    /// <summary>Grows by one with each figure of this part; starts anew with the agent.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the agent started, by its clock: sequences of different lives are not compared.</summary>
    public required DateTimeOffset AgentStarted { get; init; }

    public required JobState State { get; init; }

    /// <summary>When the figures were read, by the agent's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Exit code of a part that has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The run was told to end here: a part that ends then was not lost.</summary>
    public bool IsToldToEnd { get; init; }

    /// <summary>Text that the part said on stderr last: why it failed.</summary>
    public string Said { get; init => field = value ?? ""; } = "";

    /// <summary>Bytes of a message: the line, a newline, the document.</summary>
    public byte[] ToMessage(ReadOnlySpan<byte> document) =>
        [.. ClusterJson.Write(this), (byte)'\n', .. document];

    /// <summary>Reads a message; false for one that is none.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> message, [NotNullWhen(true)] out Figure? figure, out ReadOnlyMemory<byte> document)
    {
        int line = message.Span.IndexOf((byte)'\n');
        document = line < 0 ? default : message[(line + 1)..];
        return ClusterJson.TryRead(message[..Math.Max(0, line)], out figure);
    }
}
