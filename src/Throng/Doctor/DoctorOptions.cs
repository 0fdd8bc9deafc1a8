namespace Throng;

/// <summary>Syntax of `throng doctor`: its own options, then the line of any command that starts a run.</summary>
public static class DoctorOptions
{
    /// <param name="plans">The names of those commands.</param>
    public static CommandSyntax Syntax(IReadOnlyList<string> plans) => new()
    {
        Name = "doctor",
        Operands = $"[{string.Join('|', plans)} ...]",
        TakesWords = true,
        TakesLine = true,
        Choices = plans,
        Summary = "how many connections this host can hold, what limits it, and how to raise that",
        About =
        [
            "Looks, and changes nothing without --apply or --undo. The words after `doctor` are an ordinary "
                + $"command line of {Text.Listed(plans, "or")}: that plan is examined and "
                + "not started. Ends with 0 when it fits and with 3 when it does not; without a plan with 0. Options "
                + "of doctor come before the plan.",
        ],
        Examples =
        [
            new("throng doctor", "what this host can do"),
            new("throng doctor hold 1m 10.0.0.2:7000-7039", "can it hold a million, and what if not?"),
            new("throng doctor query ns1 -c 2000", "and a load of queries?"),
            new("throng doctor serve '*:7000'", "as a server"),
            new("throng doctor --apply --role server", "make this host ready for a server"),
            new("throng doctor --json hold 200k", "the same for programs"),
        ],
        Groups = [ChangeOptions.Group, new("What it prints", SharedOptions.Json)],
    };
}
