using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng doctor`: examines this host, or a plan on it, and says so.</summary>
public sealed class DoctorCommand() : Command(DoctorOptions.Syntax([.. Commands.Runs.Select(plan => plan.Name)]))
{
    public override int Run(Invocation call)
    {
        List<string> words = call.Values.Words;
        bool wantsJson = call.Values.Get(SharedOptions.Json) || words.Contains(SharedOptions.Json.Spelling);
        call = call with { Failure = new Failure(call.Shell, Name, wantsJson) };
        List<string> errors = [.. call.Arguments.Errors, .. ChangeOptions.Contradictions(call.Values)];
        bool isChange = ChangeOptions.IsAsked(call.Values);
        if (isChange && words.Count > 0)
        {
            errors.Add($"--apply and --undo take no plan, not '{Text.Plain(words[0])}'; see --role and --host");
        }

        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        try
        {
            return isChange ? DoctorChanges.Run(call.Values, call.Shell)
                : words.Count == 0 ? Say(Preflight.OfHost(call.Wiring.ReadHost()), wantsJson, call.Shell)
                : ExaminePlan(call, words, wantsJson);
        }
        catch (SetupException setup)
        {
            return call.Failure.Setup(setup);
        }
    }

    private int ExaminePlan(Invocation call, List<string> words, bool wantsJson)
    {
        RunCommand[] plans = [.. call.Commands.OfType<RunCommand>()];
        string[] names = [.. plans.Select(plan => plan.Name)];
        if (plans.FirstOrDefault(plan => plan.Name == words[0]) is not { } command)
        {
            string instead = Text.DidYouMean(words[0], names, $"a plan begins with {Text.Listed(names, "or")}");
            return call.Failure.Usage([$"'{Text.Plain(words[0])}' is no plan{instead}"]);
        }

        Arguments line = Arguments.Parse(
            command.Syntax, Commands.SyntaxesOf(plans), words.Skip(1), call.Shell.Environment);
        if (line.Asked(call.Shell) is { } answer)
        {
            call.Shell.Print(answer);
            return ExitCode.Done;
        }

        line.Warn(call.Shell, Name);
        if (line.Values.Get(SharedOptions.Engine) == "xdp")
        {
            return call.Failure.Usage(
                ["--engine xdp has no sockets, and so none of the limits that are examined here"]);
        }

        return command.Examine(call with { Arguments = line }, out List<string> errors) is { } examination
            ? Say(examination, wantsJson, call.Shell)
            : call.Failure.Usage(errors);
    }

    private static int Say(Examination examination, bool wantsJson, Shell shell)
    {
        if (wantsJson)
        {
            shell.Print(DoctorJson.Render(Release.Tool, examination));
        }
        else
        {
            shell.Print(DoctorText.Render(examination, shell.Columns));
        }

        return examination.Fits ? ExitCode.Done : ExitCode.Setup;
    }
}
