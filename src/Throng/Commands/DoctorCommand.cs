using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng doctor`: examines this host, or a plan on it, and says so.</summary>
public sealed class DoctorCommand(Shell shell, Wiring wiring, Failure failure)
{
    private static readonly CommandSyntax[] Plans =
        [HoldOptions.Syntax, QueryOptions.Syntax, ChurnOptions.Syntax, ServeOptions.Syntax];

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
                words[0], Plans.Select(one => one.Name), "a plan begins with hold, query, churn or serve");
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

        List<string> errors = [.. plan.Errors];
        RunSpec run = SharedOptions.ToRunSpec(plan.Values, syntax);
        Func<Examination>? examine = syntax == HoldOptions.Syntax ? Hold(plan.Values, run, errors)
            : syntax == QueryOptions.Syntax ? Query(plan.Values, run, errors)
            : syntax == ChurnOptions.Syntax ? Churn(plan.Values, run, errors)
            : Serve(plan.Values, run, errors);
        return examine is null ? Failure.Usage(errors) : Say(examine(), wantsJson);
    }

    private Func<Examination>? Hold(Values values, RunSpec run, List<string> errors)
    {
        errors.AddRange(HoldArguments.Contradictions(values));
        if (errors.Count > 0)
        {
            return null;
        }

        HoldSpec hold = HoldArguments.ToSpec(values, errors);
        return errors.Count > 0 ? null : () => wiring.ExamineLoad(hold, run);
    }

    private Func<Examination>? Query(Values values, RunSpec run, List<string> errors)
    {
        errors.AddRange(QueryArguments.Contradictions(values));
        if (errors.Count > 0)
        {
            return null;
        }

        QuerySpec query = QueryArguments.ToSpec(values, shell.Input, errors);
        return errors.Count > 0 ? null : () => wiring.ExamineLoad(query, run);
    }

    private Func<Examination>? Churn(Values values, RunSpec run, List<string> errors)
    {
        errors.AddRange(ChurnArguments.Contradictions(values));
        if (errors.Count > 0)
        {
            return null;
        }

        ChurnSpec churn = ChurnArguments.ToSpec(values, errors);
        return errors.Count > 0 ? null : () => wiring.ExamineLoad(churn, run);
    }

    private Func<Examination>? Serve(Values values, RunSpec run, List<string> errors)
    {
        errors.AddRange(ServeArguments.Contradictions(values));
        if (errors.Count > 0)
        {
            return null;
        }

        ServeSpec serve = ServeArguments.ToSpec(values, errors);
        return errors.Count > 0 ? null : () => wiring.ExamineServe(serve, run);
    }

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
