using Throng.Engine;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>
/// Output of an original while its job is done and at its end: a sample or a document in, text out. No I/O. The program
/// calls it from one thread at a time.
/// </summary>
public interface IOriginalOutput
{
    /// <summary>Lines of standard input are for <see cref="Answer"/>.</summary>
    bool ReadsLines => false;

    /// <summary>The job is under way; what is said then goes to standard output as it is.</summary>
    /// <param name="run">Kept for the answers.</param>
    /// <param name="limit">The limit on descriptors, as it is now.</param>
    OutputText Begin(ILiveRun run, DescriptorLimit limit) => OutputText.Nothing;

    /// <summary>A line of standard input without its end; null: there are no more.</summary>
    OutputText Answer(string? line) => OutputText.Nothing;

    /// <summary>About once a second.</summary>
    OutputText Tick() => OutputText.Nothing;

    /// <summary>The result is there.</summary>
    /// <param name="signal">The signal that ended it, 0 for none.</param>
    Ending End(RunDocument document, int signal) => new() { ExitCode = signal == 0 ? 0 : 128 + signal };

    /// <summary>It could not begin: the line to say, and how to end.</summary>
    Reading Fail(SetupException setup) => Reading.OfSetup(setup, 1);
}

/// <summary>RLIMIT_NOFILE, soft and hard.</summary>
public readonly record struct DescriptorLimit(ulong Soft, ulong Hard);
