namespace Throng;

/// <summary>Command-line syntax of `throng ctl`.</summary>
public static class CtlOptions
{
    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "ctl",
        Operands = "PATH COMMAND...",
        TakesWords = true,
        Summary = "send one command to a run that was started with --control PATH",
        About =
        [
            "Prints the answer and ends with 0; with 1 when the run refused the command, with 3 when no run listens "
                + "at PATH. `throng ctl PATH help` lists the commands of that run. Options come before PATH.",
        ],
        Examples =
        [
            new("throng ctl /run/throng.sock status", "what is held now"),
            new("throng ctl /run/throng.sock set 250k", "hold 250,000 from now on"),
            new("throng ctl /run/throng.sock list all", "every connection"),
        ],
        Groups = [new("What it prints", SharedOptions.Json)],
    };
}
