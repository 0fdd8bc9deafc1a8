using Throng.Measurement;

namespace Throng.Report;

/// <summary>What a run came to, and the exit code that says so: the last line of a stream.</summary>
internal sealed record StreamVerdict(
    long DurationNs, string EndedBy, Verdict Verdict, IReadOnlyList<ThresholdOutcome> Thresholds, long ExitCode);
