namespace Throng.Cluster;

/// <summary>
/// The parts of runs that an agent carries out, each a process of its own: nothing of the message system is in the
/// process that measures. Every call returns at once; one thread calls.
/// </summary>
public interface IJobs
{
    /// <summary>Asks a part for its figures, with the last intervals of its series: the controller has the others.
    /// </summary>
    const string Result = "result 5";

    /// <summary>
    /// The same, said now and then, with what may have got lost on the way; not with all, for a message has a bound.
    /// </summary>
    const string ResultOfMinute = "result 60";

    /// <summary>
    /// Refuses what this agent does not carry out: words that are wrong, files that are not here, targets that it may
    /// not connect to. The empty text where all is well.
    /// </summary>
    string Refuses(IReadOnlyList<string> words);

    /// <summary>Examines a plan, of which this is a part, on this host.</summary>
    JobExamination Examine(IReadOnlyList<string> words, JobPart part);

    /// <summary>Starts a part, which connects and waits to be told to begin; the empty text, or why it cannot.
    /// </summary>
    string Start(JobId job, IReadOnlyList<string> words);

    /// <summary>Says a line at its prompt: <see cref="JobSaid"/>, once.</summary>
    void Say(long id, JobId job, string line);

    /// <summary>Lets it go on until then, and no longer; nothing comes of it.</summary>
    /// <param name="untilNs">By the clock that never jumps.</param>
    void Lease(JobId job, long untilNs);

    /// <summary>Ends it in order; what is said afterwards may be refused.</summary>
    void End(JobId job);

    /// <summary>Results of parts that are kept here and whose process has gone.</summary>
    IReadOnlyList<JobId> Kept { get; }

    /// <summary>A kept result; empty where it is gone.</summary>
    ReadOnlyMemory<byte> ResultOf(JobId job);

    /// <summary>Removes what is kept of a run.</summary>
    void Forget(string run);
}

/// <summary>One part of one run.</summary>
public sealed record JobId(string Run, JobPart Part);

/// <summary>The outcome of an examination.</summary>
/// <param name="Error">Why the plan could not be examined; empty when it was.</param>
/// <param name="Possible">Connections that are possible; null where no limit is known.</param>
/// <param name="Limit">The sentence of the lowest limit.</param>
public sealed record JobExamination(string Error, bool Fits, double? Possible, string Limit);

/// <summary>Something that came from a part's process.</summary>
public abstract record JobEvent(JobId Job);

/// <summary>An answer of its prompt; null: it did not answer, or has ended.</summary>
public sealed record JobSaid(long Id, JobId Job, bool IsRefused, string? Text) : JobEvent(Job);

/// <summary>Its process has ended; what it has written is whole.</summary>
/// <param name="Said">What it said on stderr last.</param>
public sealed record JobEnded(JobId Job, int ExitCode, string Said) : JobEvent(Job);
