using System.Diagnostics.CodeAnalysis;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>A command that starts a run, as the commands that know no single one of them see it.</summary>
public abstract class RunCommand(CommandSyntax syntax) : Command(syntax)
{
    /// <summary>Whether this command carries out what <paramref name="spec"/> says.</summary>
    public abstract bool Takes(object spec);

    /// <summary>Starts the run of a spec that it takes.</summary>
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public abstract ILiveRun Start(object spec, RunSpec run);

    /// <summary>Figures that the live view shows of the command's runs, the most wanted first.</summary>
    public virtual IReadOnlyList<LiveFigure> Figures(LiveView view) =>
        view.HasRate ? LiveFigures.OfQueries(view) : LiveFigures.OfConnections(view);

    /// <summary>Examines a plan without starting it; null when its words are wrong, which
    /// <paramref name="errors"/> then says.</summary>
    public abstract Examination? Examine(Invocation plan, out List<string> errors);

    /// <summary>Reads the load that a plan describes; null when its words are wrong, which <paramref name="errors"/>
    /// then says, and for a server.</summary>
    public LoadSpec? ReadLoad(Invocation plan, out List<string> errors) =>
        ReadSpec(plan, out errors) is { } spec ? LoadOf(spec) : null;

    /// <summary>Reads the whole of what a plan describes; null when its words are wrong.</summary>
    public abstract object? ReadSpec(Invocation plan, out List<string> errors);

    /// <summary>The load that is carried out; null for a server.</summary>
    internal static LoadSpec? LoadOf(object spec) => spec switch
    {
        LoadSpec load => load,
        SaturateSpec saturate => saturate.Churn,
        _ => null,
    };

    /// <summary>Whether several processes can have a part each of its plan.</summary>
    public bool HasParts => Syntax.Options.Contains(SharedOptions.Share);

    /// <summary>Errors in the combination of options, found before anything is resolved or read.</summary>
    public abstract IEnumerable<string> ErrorsIn(Values values);
}

/// <summary>
/// A command that starts a run: from arguments to a spec, and from there to its plan alone (--dry-run) or its run. A
/// command says what is its own in these steps.
/// </summary>
/// <typeparam name="TSpec">What the run is to do, immutable.</typeparam>
public abstract class RunCommand<TSpec>(CommandSyntax syntax) : RunCommand(syntax)
    where TSpec : class
{
    /// <summary>Key among the options of a document: addresses of a target's name, used and not.</summary>
    private const string AddressesKey = "addresses";

    public sealed override bool Takes(object spec) => spec is TSpec;

    public sealed override ILiveRun Start(object spec, RunSpec run) => Start((TSpec)spec, run);

    public sealed override Examination? Examine(Invocation plan, out List<string> errors) =>
        TryRead(plan, out TSpec? spec, out errors)
            ? Examine(plan, spec, ToRunSpec(plan.Values, spec))
            : null;

    public sealed override object? ReadSpec(Invocation plan, out List<string> errors) =>
        TryRead(plan, out TSpec? spec, out errors) ? spec : null;

    public sealed override IEnumerable<string> ErrorsIn(Values values)
    {
        Contradiction found = new(values);
        if (HasParts)
        {
            ClusterOptions.Refuse(values, found, Syntax);
        }

        return Contradictions(values).Concat(found.Errors);
    }

    public sealed override int Run(Invocation call) =>
        TryRead(call, out TSpec? spec, out List<string> errors)
            ? Start(call, spec, ToRunSpec(call.Values, spec))
            : call.Failure.Usage(errors);

    /// <summary>Errors in the combination of options, found before anything is resolved or read.</summary>
    protected abstract IEnumerable<string> Contradictions(Values values);

    /// <summary>Specification of what to do. Resolves names and reads files.</summary>
    /// <param name="errors">Takes what is wrong with it; the spec is then not used.</param>
    /// <exception cref="SetupException">A name is not known.</exception>
    protected abstract TSpec ToSpec(Values values, Shell shell, List<string> errors);

    /// <summary>Completes how the run is carried out. Left alone, no clock ends it: its schedule does.</summary>
    protected virtual RunSpec Complete(RunSpec run, Values values, TSpec spec) => run with { DurationNs = 0 };

    /// <summary>
    /// Whether the load begins as soon as it is started, so that a told beginning is waited for before; else its
    /// schedule waits, with its connections open.
    /// </summary>
    protected virtual bool BeginsWhenStarted => false;

    /// <summary>Does what only a run needs, and a plan does not. Signals are taken already.</summary>
    protected virtual TSpec BeforeStart(Invocation call, TSpec spec, Signals signals) => spec;

    protected abstract ILiveRun Start(TSpec spec, RunSpec run);

    protected abstract Examination Examine(TSpec spec, RunSpec run, HostFacts host);

    /// <summary>The rates of a load with a schedule, in the order of time; empty for none.</summary>
    protected virtual IReadOnlyList<ArithmeticLine> Offered(TSpec spec) => [];

    /// <summary>A schedule as a line of a plan.</summary>
    protected static ArithmeticLine Offered(RateProfile profile, string arrivals) => new(
        "offered", string.Join(", then ", profile.Segments.Select(Describe)) + arrivals);

    private static string Describe(RateSegment segment)
    {
        string rate = segment.FromPerSecond == segment.ToPerSecond
            ? Units.Rate(segment.FromPerSecond)
            : $"{Units.Rate(segment.FromPerSecond)} to {Units.Rate(segment.ToPerSecond)}";
        return rate + (segment.IsEndless ? " until it is ended" : $" for {Units.Duration(segment.DurationNs)}");
    }

    /// <summary>Lines that are said before the run, unless it is to be quiet.</summary>
    protected virtual IEnumerable<string> Notes(Values values, TSpec spec) => [];

    private int Start(Invocation call, TSpec spec, RunSpec run)
    {
        foreach (string line in call.Values.Get(SharedOptions.Quiet) ? [] : AllNotes(call.Values, spec, run))
        {
            call.Shell.Say($"throng {Name}: {line}");
        }

        return Run(call, spec, run);
    }

    private IEnumerable<string> AllNotes(Values values, TSpec spec, RunSpec run)
    {
        IEnumerable<string> names = run.Names.Select(name => $"{name}; -4, -6 or an address chooses another");
        IEnumerable<string> tls = LoadOf(spec) is { Tls.Verifies: false, Targets.Count: > 0 }
            ? ["no certificate is verified, whoever answers is taken for the server; --tls-verify verifies it, and "
                + "--tls-ca says by which authorities"]
            : [];
        int cpus = Environment.ProcessorCount;
        IEnumerable<string> threads = run.Threads > cpus
            ? [$"{Units.Count(run.Threads)} threads share {Units.Several(cpus, "CPUs")}: they wait for one another, "
                + "and times have that in them"]
            : [];
        return
        [
            .. names, .. tls, .. threads, .. StartMoment.Notes(run, DateTimeOffset.UtcNow), .. Notes(values, spec),
        ];
    }

    /// <summary>Prints the plan, or carries it out.</summary>
    protected virtual int Run(Invocation call, TSpec spec, RunSpec run)
    {
        if (ClusterOptions.IsAsked(call.Values))
        {
            run = run with { DrainNs = run.DrainNs + ClusterOptions.CollectNs };
        }

        if (!call.Values.Get(SharedOptions.DryRun))
        {
            using FailureFile? failures = FailureFile.Open(call.Values);
            using PacketFile? packets = PacketFile.Open(call.Values);
            run = run with { Failures = failures, Capture = packets?.Capture };
            return new AttendedRun(call.Values, call.Shell, call.Failure) { Failures = failures, Packets = packets }
                .Run(run, signals =>
                {
                    TSpec ready = BeforeStart(call, spec, signals);
                    if (BeginsWhenStarted)
                    {
                        StartMoment.Await(run, signals);
                    }

                    return ClusterOptions.IsAsked(call.Values)
                        ? ClusterLoad.Start(call, Syntax, ready, run, signals)
                        : call.Wiring.Start(this, ready, run);
                });
        }

        Examination examination = Examine(call, spec, run);
        examination = examination with { Arithmetic = [.. examination.Arithmetic, .. Offered(spec)] };
        call.Shell.Print(DoctorText.Plan(examination, call.Shell.Columns));
        return examination.Fits || run.Force ? ExitCode.Done : ExitCode.Setup;
    }

    private Examination Examine(Invocation call, TSpec spec, RunSpec run)
    {
        if (run.Packets is null)
        {
            call.Wiring.CheckSources(LoadOf(spec)?.Sources ?? []);
        }

        return Examine(spec, run, call.Wiring.ReadHost());
    }

    private RunSpec ToRunSpec(Values values, TSpec spec)
    {
        RunSpec run = Complete(SharedOptions.ToRunSpec(values, Syntax), values, spec);
        if (LoadOf(spec) is not { Names.Count: > 0 } load)
        {
            return run;
        }

        run.Options[AddressesKey] = Node.ListOf(load.Names.Select(name => name.ToString()));
        return run with { Names = load.Names };
    }

    private bool TryRead(Invocation call, [NotNullWhen(true)] out TSpec? spec, out List<string> errors) =>
        call.Arguments.TryRead(
            ErrorsIn, (values, wrong) => ToSpec(values, call.Shell, wrong), out spec, out errors);
}
