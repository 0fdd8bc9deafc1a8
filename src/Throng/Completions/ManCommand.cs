namespace Throng;

/// <summary>`throng man`: a manual page, of throng or of one command, written off their declarations.</summary>
public sealed class ManCommand() : Command(Options)
{
    private static CommandSyntax Options => new()
    {
        Name = "man",
        Operands = "[COMMAND]",
        TakesWords = true,
        TakesCommand = true,
        Summary = "print a manual page, of throng or of one command",
        About = ["The page is roff, for man: of throng itself, or of COMMAND."],
        Examples =
        [
            new("throng man", "to throng.1"),
            new("throng man hold", "to throng-hold.1; `man -l throng-hold.1` shows it"),
        ],
        Groups = [],
    };

    public override int Run(Invocation call)
    {
        IReadOnlyList<CommandSyntax> all = call.Syntaxes;
        List<string> words = call.Values.Words;
        List<string> errors = [.. call.Arguments.Errors];
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
            return call.Failure.Usage(errors);
        }

        call.Shell.Print(command is null ? ManPage.Overview(all) : ManPage.Render(command));
        return ExitCode.Done;
    }
}
