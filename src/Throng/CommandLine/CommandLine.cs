using Throng.Engine;
using Throng.Originals;

namespace Throng;

/// <summary>From the words after `throng` to a command and its exit code.</summary>
public static class CommandLine
{
    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<CommandSyntax> All { get; } =
    [
        HoldOptions.Syntax, QueryOptions.Syntax, ChurnOptions.Syntax, SaturateOptions.Syntax,
        MonitorOptions.Syntax, BenchOptions.Syntax, ServeOptions.Syntax, DoctorOptions.Syntax, ReportOptions.Syntax,
        CompareOptions.Syntax, MergeOptions.Syntax, ExplainOptions.Syntax, CtlOptions.Syntax, AsOptions.Syntax,
        CompletionOptions.Syntax, ManOptions.Syntax,
    ];

    public static int Run(IReadOnlyList<string> words, Shell shell, Wiring wiring)
    {
        try
        {
            return Dispatch(words, shell, wiring);
        }
        catch (IOException unwritten)
        {
            shell.Say($"throng: cannot write to standard output: {Reason.Of(unwritten)}");
            return ExitCode.NotDone;
        }
    }

    private static int Dispatch(IReadOnlyList<string> words, Shell shell, Wiring wiring)
    {
        string name = words.Count == 0 ? "" : words[0];
        bool wantsJson = words.Contains("--json");
        switch (name)
        {
            case "":
                shell.Say(HelpText.Overview(All).TrimEnd());
                return ExitCode.Usage;
            case "--help" or "-h" or "help" when words.Count == 1:
                shell.Print(HelpText.Overview(All));
                return ExitCode.Done;
            case "--version" or "version" when words.Count == 1 || (words.Count == 2 && wantsJson):
                shell.Print(wantsJson ? Release.Json : $"throng {Release.Version}\n");
                return ExitCode.Done;
            case "help" when words.Count == 2 && Find(words[1]) is { } asked:
                shell.Print(HelpText.Of(asked));
                return ExitCode.Done;
            case "as" when words.Count > 1 && AllOriginals.Find(words[1]) is { } original:
                return AsCommand.Run(original, [.. words.Skip(2)], shell, wiring,
                    syntax => Arguments.Of(syntax, All, [], shell.Environment));
        }

        return Find(name) is { } command
            ? Run(command, [.. words.Skip(1)], shell, wiring)
            : new Failure(shell, "throng", wantsJson).Usage([Unknown(words)]);
    }

    private static int Run(CommandSyntax syntax, IReadOnlyList<string> words, Shell shell, Wiring wiring)
    {
        Arguments arguments = Arguments.Of(syntax, All, words, shell.Environment);
        if (arguments.WantsHelp)
        {
            shell.Print(HelpText.Of(syntax));
            return ExitCode.Done;
        }

        // An option that could not be read may stand before --json: whoever asks for JSON gets it all the same.
        bool wantsJson = arguments.Values.Of(SharedOptions.Json);
        Failure failure = new(shell, syntax.Name, wantsJson);
        foreach (string warning in arguments.Warnings)
        {
            shell.Say($"throng {syntax.Name}: {warning}");
        }

        try
        {
            return syntax.Name switch
            {
                "hold" => HoldCommand.Run(arguments, shell, wiring, failure),
                "query" => QueryCommand.Run(arguments, shell, wiring, failure),
                "churn" => ChurnCommand.Run(arguments, shell, wiring, failure),
                "saturate" => SaturateCommand.Run(arguments, shell, wiring, failure),
                "monitor" => MonitorCommand.Run(arguments, shell, wiring, failure),
                "bench" => BenchCommand.Run(arguments, shell, wiring, failure),
                "serve" => ServeCommand.Run(arguments, shell, wiring, failure),
                "doctor" => DoctorCommand.Run(arguments, shell, wiring),
                "report" => ReportCommand.Run(arguments, shell, failure),
                "as" => AsCommand.Run(arguments, shell, failure),
                "compare" => CompareCommand.Run(arguments, shell, failure),
                "merge" => MergeCommand.Run(arguments, shell, failure),
                "completion" => CompletionCommand.Run(arguments, All, shell, failure),
                "man" => CompletionCommand.RunMan(arguments, All, shell, failure),
                "explain" => ExplainCommand.Run(arguments, shell, failure),
                _ => CtlCommand.Run(arguments, shell, failure),
            };
        }
        catch (SetupException setup)
        {
            return failure.Setup(setup);
        }
    }

    private static string Unknown(IReadOnlyList<string> words)
    {
        string name = words[0];
        IEnumerable<string> known = All.Select(syntax => syntax.Name).Concat(["version", "help"]);
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

    private static CommandSyntax? Find(string name) => All.FirstOrDefault(syntax => syntax.Name == name);
}
