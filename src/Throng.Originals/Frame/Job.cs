using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>Work that is done in an original's place, in the engine's own terms.</summary>
/// <param name="Spec">
/// One of the engine's records of what to do: HoldSpec, QuerySpec, ChurnSpec, SaturateSpec, MonitorSpec, BurstSpec,
/// ServeSpec, TuningRoles; or a <see cref="DropList"/>.
/// </param>
/// <param name="Face">What it shows.</param>
public sealed record Job(object Spec, IOriginalOutput Face)
{
    /// <summary>How it is carried out, from the defaults of the native command.</summary>
    public Func<RunSpec, RunSpec> Carry { get; init; } = run => run;

    /// <summary>A file to read whole before the start, - for standard input; empty: none.</summary>
    public string ContentPath { get; init; } = "";

    /// <summary>The spec with what was read in it; or a <see cref="Reading"/> without a job, and that is all.</summary>
    public Func<byte[], object>? WithContent { get; init; }

    /// <summary>Looked up before the start; null: nothing is.</summary>
    public Place? Place { get; init; }

    /// <summary>The spec, what was read in it, with the address that was found.</summary>
    public Func<object, SockAddr, object>? WithAddress { get; init; }

    /// <summary>
    /// Both limits on descriptors are raised to fs.nr_open first; where that is refused, this line is said and it goes
    /// on. Empty: only what the native command raises.
    /// </summary>
    public string UnraisedLimit { get; init; } = "";

    /// <summary>Files that are emptied before the start, so that nobody takes an old result for a new one.</summary>
    public IReadOnlyList<string> Emptied { get; init; } = [];
}
