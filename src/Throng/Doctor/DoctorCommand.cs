using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng doctor`: examines this host, or a plan on it, and says so.</summary>
public sealed class DoctorCommand(Shell shell, Wiring wiring, Failure failure)
{
    private static readonly CommandSyntax[] Plans =
    [
        HoldOptions.Syntax, QueryOptions.Syntax, ChurnOptions.Syntax, SaturateOptions.Syntax, MonitorOptions.Syntax,
        BenchOptions.Syntax, ServeOptions.Syntax,
    ];

    public static int Run(Arguments arguments, Shell shell, Wiring wiring)
    {
        List<string> words = arguments.Values.Words;
        bool wantsJson = arguments.Values.Of(SharedOptions.Json) || words.Contains(SharedOptions.Json.Spelling);
        DoctorCommand command = new(shell, wiring, new Failure(shell, DoctorOptions.Syntax.Name, wantsJson));
        List<string> errors = [.. arguments.Errors, .. ChangeOptions.Contradictions(arguments.Values)];
        bool isChange = ChangeOptions.IsAsked(arguments.Values);
        if (isChange && words.Count > 0)
        {
            errors.Add($"--apply and --undo take no plan, not '{Text.Plain(words[0])}'; see --role and --host");
        }

        if (errors.Count > 0)
        {
            return command.Failure.Usage(errors);
        }

        try
        {
            return isChange ? DoctorChanges.Run(arguments.Values, shell)
                : words.Count == 0
                ? command.Say(wiring.ExamineHost(), wantsJson)
                : command.OfPlan(words, wantsJson);
        }
        catch (SetupException setup)
        {
            return command.Failure.Setup(setup);
        }
    }

    private Failure Failure { get; } = failure;

    private int OfPlan(List<string> words, bool wantsJson)
    {
        if (Plans.FirstOrDefault(one => one.Name == words[0]) is not { } syntax)
        {
            string instead = Text.DidYouMean(
                words[0], Plans.Select(one => one.Name),
                "a plan begins with hold, query, churn, saturate, monitor, bench or serve");
            return Failure.Usage([$"'{Text.Plain(words[0])}' is no plan{instead}"]);
        }

        Arguments plan = Arguments.Of(syntax, Plans, words.Skip(1), shell.Environment);
        if (plan.WantsHelp)
        {
            shell.Print(HelpText.Of(syntax));
            return ExitCode.Done;
        }

        foreach (string warning in plan.Warnings)
        {
            shell.Say($"throng doctor: {warning}");
        }

        RunSpec run = SharedOptions.ToRunSpec(plan.Values, syntax);
        if (run.Engine == EngineChoice.Xdp)
        {
            return Failure.Usage(["--engine xdp has no sockets, and so none of the limits that are examined here"]);
        }

        Examination OfLoad(LoadSpec load) => wiring.ExamineLoad(load, run);
        List<string> errors;
        Func<Examination>? examine =
            syntax == HoldOptions.Syntax
                ? Read(plan, HoldArguments.Contradictions, HoldArguments.ToSpec, OfLoad, out errors)
            : syntax == QueryOptions.Syntax
                ? Read(plan, QueryArguments.Contradictions, QueryToSpec, OfLoad, out errors)
            : syntax == ChurnOptions.Syntax
                ? Read(plan, ChurnArguments.Contradictions, ChurnArguments.ToSpec, OfLoad, out errors)
            : syntax == MonitorOptions.Syntax
                ? Read(plan, MonitorArguments.Contradictions, MonitorArguments.ToSpec, OfLoad, out errors)
            : syntax == BenchOptions.Syntax
                ? Read(plan, BenchArguments.Contradictions, BenchArguments.ToSpec, OfLoad, out errors)
            : syntax == SaturateOptions.Syntax
                ? Read(
                    plan, SaturateArguments.Contradictions, SaturateArguments.ToSpec,
                    saturate => OfLoad(saturate.Churn), out errors)
            : Read(
                plan, ServeArguments.Contradictions, ServeArguments.ToSpec, serve => wiring.ExamineServe(serve, run),
                out errors);
        return examine is null ? Failure.Usage(errors) : Say(examine(), wantsJson);
    }

    /// <summary>How to examine a plan; null when it is wrong.</summary>
    private static Func<Examination>? Read<T>(
        Arguments plan, Func<Values, IEnumerable<string>> contradictions, Func<Values, List<string>, T> toSpec,
        Func<T, Examination> examine, out List<string> errors)
        where T : class => plan.TryRead(contradictions, toSpec, out T? spec, out errors) ? () => examine(spec) : null;

    private QuerySpec QueryToSpec(Values values, List<string> errors) =>
        QueryArguments.ToSpec(values, shell.Input, errors);

    private int Say(Examination examination, bool wantsJson)
    {
        if (wantsJson)
        {
            using MemoryStream document = new();
            DoctorJson.Write(document, Release.Tool, examination);
            shell.Output.Write(document.GetBuffer().AsSpan(0, (int)document.Length));
            shell.Output.Flush();
        }
        else
        {
            shell.Print(DoctorText.Of(examination));
        }

        return examination.Fits ? ExitCode.Done : ExitCode.Setup;
    }
}
