namespace Throng;

/// <summary>`throng completion`: a script for one shell, written off the declarations of all commands.</summary>
public sealed class CompletionCommand() : Command(Options)
{
    private static CommandSyntax Options => new()
    {
        Name = "completion",
        Operands = "bash|zsh|fish",
        TakesWords = true,
        Choices = ["bash", "zsh", "fish"],
        Summary = "print a script that completes command lines in a shell",
        About =
        [
            "The script knows commands, options, the words an option takes, files after options that take one, and the "
                + "names of metrics after --fail-on, --require and `explain`.",
        ],
        Examples =
        [
            new("throng completion bash", "to /etc/bash_completion.d/throng"),
            new("throng completion zsh", "to _throng in a folder of $fpath"),
            new("throng completion fish", "to ~/.config/fish/completions/throng.fish"),
        ],
        Groups = [],
    };

    public override int Run(Invocation call)
    {
        List<string> words = call.Values.Words;
        IReadOnlyList<string> shells = Syntax.Choices;
        List<string> errors = [.. call.Arguments.Errors];
        if (words.Count != 1 && errors.Count == 0)
        {
            errors.Add(words.Count == 0 ? "the shell is missing; write bash, zsh or fish" : "one shell at a time");
        }
        else if (words.Count == 1 && !shells.Contains(words[0]))
        {
            errors.Add($"'{Text.Plain(words[0])}' is none of {string.Join(", ", shells)}"
                + Text.DidYouMean(words[0], shells, "see throng completion --help"));
        }

        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        call.Shell.Print(words[0] switch
        {
            "bash" => BashCompletion.Render(call.Syntaxes),
            "zsh" => ZshCompletion.Render(call.Syntaxes),
            _ => FishCompletion.Render(call.Syntaxes),
        });
        return ExitCode.Done;
    }
}
