using System.Text;

namespace Throng;

/// <summary>A completion script for fish: a line for each option of each command, with its help.</summary>
public static class FishCompletion
{
    private const string Head = """
        # Completion of throng for fish, written by `throng completion fish`. To use it:
        #   throng completion fish > ~/.config/fish/completions/throng.fish

        complete -c throng -f

        """;

    /// <summary>The whole script.</summary>
    public static string Render(IReadOnlyList<CommandSyntax> all)
    {
        StringBuilder script = new(Head);
        script.Append($"set -g __throng_metrics {string.Join(' ', CompletionWords.MetricNames)}\n");
        foreach ((string name, string summary) in CompletionWords.Commands(all))
        {
            script.Append($"complete -c throng -n __fish_use_subcommand -a {name} -d {Quoted(summary)}\n");
        }

        string names = string.Join(' ', all.Select(command => command.Name));
        script.Append($"complete -c throng -n '__fish_seen_subcommand_from help' -a '{names}'\n");
        foreach (CommandSyntax command in all)
        {
            script.Append($"\n# {command.Name}\n");
            string start = $"complete -c throng -n '__fish_seen_subcommand_from {command.Name}'";
            IReadOnlyList<string> choices = CompletionWords.ChoicesOf(command, all);
            script.Append(command.TakesFiles ? $"{start} -F\n"
                : choices.Count > 0 ? $"{start} -a '{string.Join(' ', choices)}'\n" : "");
            foreach (Option option in command.Shown)
            {
                script.Append($"{start}{Names(option)}{Value(option)} -d {Quoted(option.Help)}\n");
            }
        }

        return script.ToString();
    }

    private static string Names(Option option) =>
        (option.Short == '\0' ? "" : $" -s {option.Short}")
        + $" -l {option.Name}" + string.Concat(option.Aliases.Select(alias => $" -l {alias}"));

    private static string Value(Option option) => !option.TakesNext ? ""
        : CompletionWords.IsFile(option) ? " -r -F"
        : CompletionWords.IsCondition(option) ? " -x -a '$__throng_metrics'"
        : option.Words.Count > 0 ? $" -x -a '{string.Join(' ', option.Words)}'"
        : " -x";

    private static string Quoted(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
