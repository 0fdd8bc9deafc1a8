using Throng.Engine;

namespace Throng;

/// <summary>From the words after `throng` to a command and its exit code.</summary>
public static class CommandLine
{
    /// <param name="commands">What there is to call: <see cref="Commands.All"/>.</param>
    public static int Run(IReadOnlyList<string> words, Shell shell, Wiring wiring, IReadOnlyList<Command> commands)
    {
        try
        {
            return Dispatch(words, shell, wiring, commands);
        }
        catch (StandardStreamException unwritten)
        {
            shell.Say($"throng: cannot write to standard output: {Reason.Describe(unwritten)}");
            return ExitCode.NotDone;
        }
        catch (IOException failure)
        {
            shell.Say($"throng: cannot go on: {Reason.Describe(failure)}");
            return ExitCode.NotDone;
        }
    }

    private static int Dispatch(
        IReadOnlyList<string> words, Shell shell, Wiring wiring, IReadOnlyList<Command> commands)
    {
        string name = words.Count == 0 ? "" : words[0];
        bool wantsJson = words.Contains("--json");
        bool wantsHelp = words.Skip(1).Any(word => word is "--help" or "-h");
        string[] rest = [.. words.Skip(1).Where(word => word is not ("--json" or "--help" or "-h" or "--no-color"))];
        Command? Find(string called) => commands.FirstOrDefault(command => command.Name == called);
        switch (name)
        {
            case "":
                shell.Say(HelpText.Overview(commands, shell.Columns).TrimEnd());
                return ExitCode.Usage;
            case "--help" or "-h" or "help" when rest is [] or ["help"]:
                shell.Print(HelpText.Overview(commands, shell.Columns));
                return ExitCode.Done;
            case "--help" or "-h" or "help" when rest is ["version"]:
            case "--version" or "-V" or "version" when rest is [] && wantsHelp:
                shell.Print(HelpText.Version(shell.Columns));
                return ExitCode.Done;
            case "--version" or "-V" or "version" when rest is []:
                shell.Print(wantsJson ? Release.Json : $"throng {Release.Version}\n");
                return ExitCode.Done;
            case "--help" or "-h" or "help" when rest is [var asked] && Find(asked) is { } command:
                shell.Print(HelpText.Render(command.Syntax, shell.Columns, isWhole: name != "-h"));
                return ExitCode.Done;
        }

        return Find(name) is { } called
            ? Run(called, [.. words.Skip(1)], shell, wiring, commands)
            : new Failure(shell, "throng", wantsJson).Usage([Unknown(name, rest, commands)]);
    }

    private static int Run(
        Command command, IReadOnlyList<string> words, Shell shell, Wiring wiring, IReadOnlyList<Command> commands)
    {
        Arguments arguments = Arguments.Parse(
            command.Syntax, Commands.SyntaxesOf(commands), words, shell.Environment);
        if (arguments.Asked(shell) is { } answer)
        {
            shell.Print(answer);
            return ExitCode.Done;
        }

        shell.IsColorless = arguments.Values.Get(SharedOptions.NoColor);
        arguments.Warn(shell, command.Name);

        // An option that could not be read may stand before --json: whoever asks for JSON gets it all the same.
        Failure failure = new(shell, command.Name, arguments.Values.Get(SharedOptions.Json));
        try
        {
            return command.Run(new Invocation(arguments, shell, wiring, failure, commands));
        }
        catch (SetupException setup)
        {
            return failure.Setup(setup);
        }
        catch (Exception thrown) when (Shortage.Of(thrown) is { } shortage)
        {
            return failure.Setup(shortage);
        }
    }

    private static string Unknown(string name, string[] rest, IReadOnlyList<Command> commands)
    {
        IEnumerable<string> known = commands.Select(command => command.Name).Concat(["version", "help"]);
        switch (name)
        {
            case "version" or "--version" or "-V":
                return $"{name} takes nothing, not '{Text.Plain(rest[0])}'";
            case "help" or "--help" or "-h" when known.Contains(rest[0]):
                return $"{name} takes one command, not '{Text.Plain(rest[1])}' too";
            case "help" or "--help" or "-h":
                return $"unknown command '{Text.Plain(rest[0])}'{Text.DidYouMean(rest[0], known, "see throng help")}";
        }

        return name.StartsWith('-')
            ? $"the command comes first, then {Text.Plain(name)}; see throng help"
            : OtherCommands.Answer(name, AsOptions.Syntax.Choices)
                ?? $"unknown command '{Text.Plain(name)}'{Text.DidYouMean(name, known, "see throng help")}";
    }
}
