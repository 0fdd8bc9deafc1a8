namespace Throng;

/// <summary>`throng completion` and `throng man`: what is written off the declarations of all commands.</summary>
public static class CompletionCommand
{
    /// <summary>A script for one shell.</summary>
    public static int Run(Arguments arguments, IReadOnlyList<CommandSyntax> all, Shell shell, Failure failure)
    {
        List<string> words = arguments.Values.Words;
        IReadOnlyList<string> shells = CompletionOptions.Syntax.Choices;
        List<string> errors = [.. arguments.Errors];
        if (words.Count != 1)
        {
            errors.Add(words.Count == 0 ? "the shell is missing; write bash, zsh or fish" : "one shell at a time");
        }
        else if (!shells.Contains(words[0]))
        {
            errors.Add($"'{Text.Plain(words[0])}' is none of {string.Join(", ", shells)}"
                + Text.DidYouMean(words[0], shells, "see throng completion --help"));
        }

        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        shell.Print(words[0] switch
        {
            "bash" => BashCompletion.Of(all),
            "zsh" => ZshCompletion.Of(all),
            _ => FishCompletion.Of(all),
        });
        return ExitCode.Done;
    }

    /// <summary>A manual page.</summary>
    public static int RunMan(Arguments arguments, IReadOnlyList<CommandSyntax> all, Shell shell, Failure failure)
    {
        List<string> words = arguments.Values.Words;
        List<string> errors = [.. arguments.Errors];
        CommandSyntax? command = words.Count == 1 ? all.FirstOrDefault(one => one.Name == words[0]) : null;
        if (words.Count > 1)
        {
            errors.Add("one COMMAND at a time");
        }
        else if (words.Count == 1 && command is null)
        {
            errors.Add($"there is no command '{Text.Plain(words[0])}'"
                + Text.DidYouMean(words[0], all.Select(one => one.Name), "see throng help"));
        }

        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        shell.Print(command is null ? ManPage.Overview(all) : ManPage.Of(command));
        return ExitCode.Done;
    }
}
