namespace Throng;

/// <summary>Command-line syntax of `throng completion`.</summary>
public static class CompletionOptions
{
    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "completion",
        Operands = "bash|zsh|fish",
        TakesWords = true,
        Choices = ["bash", "zsh", "fish"],
        Summary = "print a script that completes command lines in a shell",
        About =
        [
            "The script knows commands, options, the words an option takes, files after options that take one, and the "
                + "names of metrics after --fail-on and `explain`.",
        ],
        Examples =
        [
            new("throng completion bash", "to /etc/bash_completion.d/throng"),
            new("throng completion zsh", "to _throng in a folder of $fpath"),
            new("throng completion fish", "to ~/.config/fish/completions/throng.fish"),
        ],
        Groups = [],
    };
}
