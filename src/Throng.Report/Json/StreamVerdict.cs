using Throng.Measurement;

namespace Throng.Report;

/// <summary>Last line of a stream: the verdict of the run and its exit code.</summary>
internal sealed record StreamVerdict(
    long DurationNs, string EndedBy, Verdict Verdict, IReadOnlyList<ThresholdOutcome> Thresholds, long ExitCode);
