using System.Text;

namespace Throng;

/// <summary>A completion script for bash: one function over COMP_WORDS, without other programs.</summary>
public static class BashCompletion
{
    private const string Head = """
        # shellcheck shell=bash
        # Completion of throng for bash, written by `throng completion bash`. To use it:
        #   throng completion bash > /etc/bash_completion.d/throng

        _throng() {
          local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
          local command=${COMP_WORDS[1]} at=$COMP_CWORD words='' takes='' options=''

        """;

    // A value may stand behind an equals sign, which bash makes a word of its own.
    private const string Middle = """
          COMPREPLY=()
          if [[ $current == '=' ]]; then
            current=''
          elif [[ $previous == '=' ]]; then
            previous=${COMP_WORDS[COMP_CWORD - 2]}
          fi
          if ((at == 1)); then
            mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
            return
          fi

        """;

    private const string Foot = """
          case $takes in
            file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            word) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
            free) ;;
            *)
              if [[ $current == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
              elif [[ $words == '*' ]]; then
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
              else
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
              fi
              ;;
          esac
        }

        complete -o filenames -F _throng throng

        """;

    /// <summary>The whole script.</summary>
    public static string Render(IReadOnlyList<CommandSyntax> all)
    {
        StringBuilder script = new(Head);
        script.Append($"  local commands='{Joined(CompletionWords.Commands(all).Select(one => one.Name))}'\n");
        script.Append($"  local metrics='{Joined(CompletionWords.MetricNames)}'\n");
        script.Append(Middle);
        AppendInner(script, all);
        script.Append("  case $command in\n");
        foreach (CommandSyntax command in all)
        {
            AppendCommand(script, command, all);
        }

        script.Append("    help) words=$commands ;;\n  esac\n");
        return script.Append(Foot).ToString();
    }

    // What follows the name of another command is that command's own line.
    private static void AppendInner(StringBuilder script, IReadOnlyList<CommandSyntax> all)
    {
        foreach (CommandSyntax outer in all.Where(command => command.TakesLine))
        {
            script.Append($"  if [[ $command == {outer.Name} && $at -gt 2 && ");
            script.Append($"' {Joined(outer.Choices)} ' == *\" ${{COMP_WORDS[2]}} \"* ]]; then\n");
            script.Append("    command=${COMP_WORDS[2]}\n  fi\n");
        }
    }

    private static void AppendCommand(StringBuilder script, CommandSyntax command, IReadOnlyList<CommandSyntax> all)
    {
        script.Append($"    {command.Name})\n      options='{Joined(CompletionWords.SpellingsOf(command))}'\n");
        string words = command.TakesFiles ? "*" : Joined(CompletionWords.ChoicesOf(command, all));
        script.Append($"      words='{words}'\n");
        Option[] valued = [.. command.Options.Where(option => option.TakesNext)];
        if (valued.Length > 0)
        {
            script.Append("      case $previous in\n");
            AppendCase(script, valued.Where(CompletionWords.IsFile), "takes='file'");
            AppendCase(script, valued.Where(CompletionWords.IsCondition), "takes='word' words=$metrics");
            Option[] chosen = [.. valued.Where(option => option.Words.Count > 0)];
            foreach (Option option in chosen)
            {
                AppendCase(script, [option], $"takes='word' words='{Joined(option.Words)}'");
            }

            AppendCase(
                script,
                valued.Where(option => !CompletionWords.IsFile(option) && CompletionWords.WordsOf(option).Count == 0),
                "takes='free'");
            script.Append("      esac\n");
        }

        script.Append("      ;;\n");
    }

    private static void AppendCase(StringBuilder script, IEnumerable<Option> options, string then)
    {
        string pattern = string.Join(" | ", options.SelectMany(option => option.Spellings));
        if (pattern.Length > 0)
        {
            script.Append($"        {pattern}) {then} ;;\n");
        }
    }

    private static string Joined(IEnumerable<string> words) => string.Join(' ', words);
}
