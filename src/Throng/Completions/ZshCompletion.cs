using System.Text;

namespace Throng;

/// <summary>A completion script for zsh, on its `_arguments`: every option with its help.</summary>
public static class ZshCompletion
{
    private const string Head = """
        #compdef throng
        # Completion of throng for zsh, written by `throng completion zsh`. To use it, in a folder of $fpath:
        #   throng completion zsh > _throng

        _throng() {
          local -a commands metrics
          commands=(

        """;

    /// <summary>The whole script.</summary>
    public static string Render(IReadOnlyList<CommandSyntax> all)
    {
        StringBuilder script = new(Head);
        foreach ((string name, string summary) in CompletionWords.Commands(all))
        {
            script.Append($"    '{name}:{Quoted(summary)}'\n");
        }

        script.Append("  )\n  metrics=(\n");
        foreach (string name in CompletionWords.MetricNames)
        {
            script.Append($"    {name}\n");
        }

        script.Append("  )\n  if (( CURRENT == 2 )); then\n    _describe -t commands command commands\n");
        script.Append("    return\n  fi\n");
        script.Append("  shift words\n  (( CURRENT -= 1 ))\n");
        foreach (CommandSyntax outer in all.Where(command => command.TakesLine))
        {
            script.Append($"  if [[ $words[1] == {outer.Name} && ' {string.Join(' ', outer.Choices)} ' == ");
            script.Append("*\" $words[2] \"* ]] && (( CURRENT > 2 )); then\n    shift words\n");
            script.Append("    (( CURRENT -= 1 ))\n  fi\n");
        }

        script.Append("  case $words[1] in\n");
        foreach (CommandSyntax command in all)
        {
            AppendCommand(script, command, all);
        }

        script.Append("    help)\n      _describe -t commands command commands\n      ;;\n  esac\n}\n\n");
        return script.Append("_throng \"$@\"\n").ToString();
    }

    private static void AppendCommand(StringBuilder script, CommandSyntax command, IReadOnlyList<CommandSyntax> all)
    {
        script.Append($"    {command.Name})\n      _arguments -S");
        foreach (Option option in command.Shown)
        {
            foreach (string spelling in option.Spellings)
            {
                script.Append($" \\\n        {Specification(option, spelling)}");
            }
        }

        script.Append(" \\\n        '--help[this help]'");
        IReadOnlyList<string> choices = CompletionWords.ChoicesOf(command, all);
        script.Append(command.TakesFiles ? " \\\n        '*:file:_files'"
            : choices.Count > 0 ? $" \\\n        '*:name:({string.Join(' ', choices)})'" : "");
        script.Append("\n      ;;\n");
    }

    private static string Specification(Option option, string spelling)
    {
        string repeats = option.IsRepeatable ? "*" : "";
        string help = $"[{Bracketed(option.Help)}]";
        if (!option.TakesNext)
        {
            return $"'{repeats}{spelling}{help}'";
        }

        // A long option takes its value behind = or as the next word, a short one at once or as the next word.
        string joint = spelling.StartsWith("--", StringComparison.Ordinal) ? "=" : "+";
        string action = CompletionWords.IsFile(option) ? "_files"
            : CompletionWords.IsCondition(option) ? "compadd -a metrics"
            : option.Words.Count > 0 ? $"({string.Join(' ', option.Words)})"
            : " ";
        return $"'{repeats}{spelling}{joint}{help}:{Quoted(option.Argument).Replace(":", "\\:",
            StringComparison.Ordinal)}:{action}'";
    }

    private static string Bracketed(string help) => Quoted(help)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    // Between single quotes.
    private static string Quoted(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal);
}
