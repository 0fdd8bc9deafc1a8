using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// Attends a run from its start to its report: start, watch, drain, report. The order of the first steps matters:
/// workers may get a descriptor table of their own, a copy of what is open when they start. So signals (a pipe of the
/// runtime), the console and the control socket come before them, and none of these is first used later.
/// </summary>
public sealed class AttendedRun(Values values, Shell shell, Failure failure)
{
    // What ending may take, and what each socket adds: two million of them, both ends of a million, get 13 s and 4 s.
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainOfOne = TimeSpan.FromMicroseconds(4);

    // Who has no kernel to close for it waits for both FINs of each: half a million at a busy server take 13 s.
    private static readonly TimeSpan DrainOfOwn = TimeSpan.FromMicroseconds(20);
    private static readonly TimeSpan AbortMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AbortOfOne = TimeSpan.FromMicroseconds(1);

    // How many further addresses of a name are tried after a run that reached nobody, and for how long each.
    private const int OthersTried = 4;
    private static readonly TimeSpan OtherMax = TimeSpan.FromSeconds(1);

    private readonly Outputs _outputs = new(values, shell.Columns);

    /// <summary>
    /// Probe that tells a load balancer whether this run takes new connections; null when nobody does.
    /// </summary>
    public HealthProbe? Health { get; init; }

    /// <summary>Another program's prompt and words in the place of our own; null: our own.</summary>
    public OriginalConsole? Original { get; init; }

    /// <summary>File that takes every connection that ended badly; null: none.</summary>
    public FailureFile? Failures { get; init; }

    /// <summary>File that takes the packets of those; null: none.</summary>
    public PacketFile? Packets { get; init; }

    /// <param name="start">Starts it; is told how to find out that a signal has come meanwhile.</param>
    public int Run(RunSpec spec, Func<Signals, ILiveRun> start)
    {
        _outputs.Check();
        string controlPath = values.Get(SharedOptions.Control);
        using ControlSocket? control = controlPath.Length == 0 ? null : ControlSocket.Bind(controlPath);
        using JsonStream? stream = JsonStream.Open(values, shell, spec.Command);
        using HttpPort? http = HttpPort.Try(values);
        using OtlpPush? push = OtlpPush.Create(values, line => shell.Say($"throng {spec.Command}: {line}"));
        RunLines lines = new(stream, http?.Feed);
        using Signals signals = new();
        using LiveScreen? screen = ShowsView ? new LiveScreen(shell) : null;
        _ = TimeZoneInfo.Local;

        using ILiveRun run = start(signals);
        lines.Add(() => JsonLines.Start(Release.Tool, spec.Command, spec.Options, spec.RunId, spec.Labels));
        if (values.Get(SharedOptions.Verbose))
        {
            run.Debug(true);
        }

        LiveConsole console = new(run, DescriptorUse.Now, signals.Wake);
        control?.Answer(console);
        Health?.Answer();
        using HttpPort? answering = http; // it asks the run, so it ends before the run is gone
        http?.Answer(console, signals.Wake, line => shell.Say($"throng {spec.Command}: {line}"));
        push?.Follow(run);
        Terminal terminal = new(shell, console, _outputs.PrintsTable)
        {
            EndsWithInput = values.Get(SharedOptions.UntilEof),
        };
        if (Original is null && screen is null)
        {
            terminal.Start();
        }

        screen?.Start(console);
        Original?.Begin(run, console);
        bool showsProgress = !values.Get(SharedOptions.Quiet) && !terminal.HasPrompt && Original is null;
        Action<string> say = screen is null || !shell.IsErrorTerminal ? shell.Say : screen.Say;
        RunWatch watch = new(run, console, signals, say, showsProgress, values.Get(MonitorOptions.Monitor), lines)
        {
            Ticked = () => Original?.Tick(console),
            SaysWaits = !values.Get(SharedOptions.Quiet) && Original is null,
        };

        string endedBy = watch.Wait();
        Health?.Drain();
        http?.Drain();
        bool hasEnded = End(watch, console, run.SocketsUsed, spec);
        if (Original is null && screen is null)
        {
            terminal.Leave();
        }

        screen?.Leave();
        if (!hasEnded)
        {
            return GiveUp(signals);
        }

        RunDocument document = Judged(run.Document(endedBy));
        http?.End(document);
        push?.Finish(document);
        int exitCode = Original is null ? Report(document, spec) : Show(Original, document, spec, signals);
        exitCode = AreFilesWhole(document, spec) ? exitCode : ExitCode.NotDone;
        Finish(lines, run, () => JsonLines.Verdict(document, exitCode));
        http?.Linger(values.Get(HttpOptions.Linger), signals, line => shell.Say($"throng {spec.Command}: {line}"));
        return stream is { IsIncomplete: true } ? ExitCode.NotDone : exitCode;
    }

    /// <summary>Ends the run; false when its workers do not end.</summary>
    private static bool End(RunWatch watch, LiveConsole console, long sockets, RunSpec spec)
    {
        console.Drain();
        TimeSpan drainOfOne = spec.Packets is null ? DrainOfOne : DrainOfOwn;
        bool hasEnded = watch.End(
            TimeSpan.FromTicks(spec.RetireNs / 100),
            DrainMax + (sockets * drainOfOne) + TimeSpan.FromTicks(spec.DrainNs / 100),
            AbortMax + (sockets * AbortOfOne));
        console.Close();
        return hasEnded;
    }

    private RunDocument Judged(RunDocument document) =>
        Original is null ? RunThresholds.Judge(document, values) : document;

    private static void Finish(RunLines lines, ILiveRun run, Func<byte[]> verdict)
    {
        lines.Follow(run);
        lines.Add(verdict);
        lines.Finish();
    }

    /// <summary>Finishes the files that have grown with the run; false, and said, when something is missing in one.
    /// </summary>
    private bool AreFilesWhole(RunDocument document, RunSpec spec) =>
        IsLogWhole(document, spec) & AreFailuresWhole(document, spec) & ArePacketsWhole(document, spec);

    /// <summary>False when rows of --per-query are missing because they could not be written; says so.</summary>
    private bool IsLogWhole(RunDocument document, RunSpec spec)
    {
        if (document.Own?.Find(QueryRun.LogFailureKey) is not { Kind: NodeKind.Text } failure
            || failure.Text == Errno.Text(Errno.EPIPE) || Original is not null)
        {
            return true; // a reader that has gone wanted no more; an original says it in its own words
        }

        string rows = Units.Count(document.Own.Find(QueryRun.LogDroppedKey)?.Integer ?? 0);
        shell.Say($"throng {spec.Command}: cannot write {QueryOptions.PerQuery.Spelling} "
            + $"{values.Get(QueryOptions.PerQuery)}: {failure.Text}; {rows} rows are missing");
        return false;
    }

    /// <summary>Finishes the file of --failures; false, and said, when some are missing in it.</summary>
    private bool AreFailuresWhole(RunDocument document, RunSpec spec)
    {
        if (Failures is null || Failures.TryFinish(document.FailuresNotWritten ?? 0, out string error))
        {
            return true;
        }

        shell.Say($"throng {spec.Command}: {error}");
        return false;
    }

    /// <summary>Finishes the file of --pcap; false, and said, when it could not be written.</summary>
    private bool ArePacketsWhole(RunDocument document, RunSpec spec)
    {
        if (Packets is null || Packets.TryFinish(document.Pcap, out string error))
        {
            return true;
        }

        shell.Say($"throng {spec.Command}: {error}");
        return false;
    }

    private int Show(OriginalConsole shown, RunDocument document, RunSpec spec, Signals signals)
    {
        int exitCode = shown.End(document, signals.First is { } signal ? Signals.Number(signal) : 0);
        return WriteFiles(document, spec) ? exitCode : ExitCode.NotDone;
    }

    /// <summary>A person sits there, and has not asked for lines.</summary>
    private bool ShowsView => Original is null && LiveScreen.Fits(shell) && !_outputs.PrintsTable
        && !values.Get(SharedOptions.Plain) && !values.Get(SharedOptions.Quiet) && !values.Get(MonitorOptions.Monitor);

    private int Report(RunDocument document, RunSpec spec)
    {
        int exitCode = Judge(document, spec);
        try
        {
            shell.Print(_outputs.Printed(document));
        }
        catch (IOException unwritten)
        {
            string why = Reason.Describe(unwritten);
            shell.Say($"throng {spec.Command}: cannot write the report to standard output: {why}");
            exitCode = ExitCode.NotDone;
        }

        return WriteFiles(document, spec) ? exitCode : ExitCode.NotDone;
    }

    private bool WriteFiles(RunDocument document, RunSpec spec)
    {
        IReadOnlyList<string> errors = _outputs.WriteFiles(document);
        foreach (string error in errors)
        {
            shell.Say($"throng {spec.Command}: {error}");
        }

        return errors.Count == 0;
    }

    private int Judge(RunDocument document, RunSpec spec)
    {
        Connections connections = document.Connections;
        if (RunStates.MissedHeld(document))
        {
            string held = $"{Units.Count(connections.Held)} of {Units.Count(connections.Target ?? 0)}";
            string after = Units.Duration(document.DurationNs);
            shell.Say($"throng {spec.Command}: --until-held missed: {held} held after {after}");
            return ExitCode.NotDone;
        }

        if (RunStates.NeverConnected(document))
        {
            shell.Say($"throng {spec.Command}: nothing ever connected");
            SayWhoAnswers(spec);
        }

        ThresholdOutcome[] failed = [.. document.Thresholds.Where(outcome => !outcome.IsOk)];
        foreach (ThresholdOutcome outcome in failed)
        {
            shell.Say($"throng {spec.Command}: {outcome.Option} {Threshold.Describe(outcome)}");
        }

        int exitCode = RunStates.ExitCode(document);
        if (exitCode == ExitCode.NotDone && !RunStates.NeverConnected(document))
        {
            Finding? error = document.Verdict.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error);
            shell.Say($"throng {spec.Command}: {error?.Text ?? document.Verdict.Text}");
        }

        return exitCode;
    }

    /// <summary>
    /// Tries the addresses of a target's name that were not used, once each: one of them may be what was meant. Not
    /// those a load goes to only when it is told that it may.
    /// </summary>
    private void SayWhoAnswers(RunSpec spec)
    {
        bool mayGoFar = values.Get(LoadOptions.Public);
        foreach (TargetName name in spec.Names)
        {
            IPAddress? other = name.Others.Where(one => mayGoFar || !Routability.IsGlobal(one)).Take(OthersTried)
                .FirstOrDefault(one => Answers(one, name.Used.Port));
            if (other is not null)
            {
                shell.Say($"throng {spec.Command}: {name.Used} is the address of {name.Name} that was used; "
                    + $"{SockAddr.From(other, name.Used.Port)}, another one, takes connections");
            }
        }
    }

    private static bool Answers(IPAddress address, int port)
    {
        try
        {
            using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            return probe.ConnectAsync(address, port).Wait(OtherMax);
        }
        catch (Exception failure) when (failure is SocketException or AggregateException)
        {
            return false;
        }
    }

    /// <summary>Workers that do not even end when told to: there is no report to be had from them.</summary>
    private int GiveUp(Signals signals) => failure.Say(
        ["the workers did not end; there is no report"],
        "report this, with the output of --verbose",
        signals.First is { } signal ? ExitCode.Killed(Signals.Number(signal)) : ExitCode.NotDone);
}
