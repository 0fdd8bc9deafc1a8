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
        catch (IOException unwritten)
        {
            shell.Say($"throng: cannot write to standard output: {Reason.Describe(unwritten)}");
            return ExitCode.NotDone;
        }
    }

    private static int Dispatch(
        IReadOnlyList<string> words, Shell shell, Wiring wiring, IReadOnlyList<Command> commands)
    {
        string name = words.Count == 0 ? "" : words[0];
        bool wantsJson = words.Contains("--json");
        Command? Find(string called) => commands.FirstOrDefault(command => command.Name == called);
        switch (name)
        {
            case "":
                shell.Say(HelpText.Overview(commands).TrimEnd());
                return ExitCode.Usage;
            case "--help" or "-h" or "help" when words.Count == 1:
                shell.Print(HelpText.Overview(commands));
                return ExitCode.Done;
            case "--version" or "version" when words.Count == 1 || (words.Count == 2 && wantsJson):
                shell.Print(wantsJson ? Release.Json : $"throng {Release.Version}\n");
                return ExitCode.Done;
            case "help" when words.Count == 2 && Find(words[1]) is { } asked:
                shell.Print(HelpText.Render(asked.Syntax));
                return ExitCode.Done;
        }

        return Find(name) is { } command
            ? Run(command, [.. words.Skip(1)], shell, wiring, commands)
            : new Failure(shell, "throng", wantsJson).Usage([Unknown(words, commands)]);
    }

    private static int Run(
        Command command, IReadOnlyList<string> words, Shell shell, Wiring wiring, IReadOnlyList<Command> commands)
    {
        Arguments arguments = Arguments.Parse(
            command.Syntax, Commands.SyntaxesOf(commands), words, shell.Environment);
        if (arguments.WantsHelp)
        {
            shell.Print(HelpText.Render(command.Syntax));
            return ExitCode.Done;
        }

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

    private static string Unknown(IReadOnlyList<string> words, IReadOnlyList<Command> commands)
    {
        string name = words[0];
        IEnumerable<string> known = commands.Select(command => command.Name).Concat(["version", "help"]);
        if (name is "version" or "help" or "--version" or "--help" or "-h")
        {
            string second = words[1];
            return name == "help"
                ? $"unknown command '{Text.Plain(second)}'{Text.DidYouMean(second, known, "see throng help")}"
                : $"{name} takes nothing, not '{Text.Plain(second)}'";
        }

        return name.StartsWith('-')
            ? $"the command comes first, then {Text.Plain(name)}; see throng help"
            : $"unknown command '{Text.Plain(name)}'{Text.DidYouMean(name, known, "see throng help")}";
    }
}
