namespace Throng;

/// <summary>Command-line syntax of `throng man`.</summary>
public static class ManOptions
{
    public static CommandSyntax Syntax { get; } = new()
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
}
