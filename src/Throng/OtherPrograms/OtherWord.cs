using System.Text.RegularExpressions;

namespace Throng;

/// <summary>Words of other programs for one thing, and what that thing is here.</summary>
/// <param name="Spellings">Every spelling, dashes included, with blanks between.</param>
/// <param name="TakesValue">Whether a value follows it there.</param>
/// <param name="Answers">
/// What it is here, the best first: an option (<c>--rate</c>), one with its value (<c>--target HOST:{0}</c>, where {0}
/// is what was typed), or a remark that begins with no dash, which is for loads alone. An answer is for the commands
/// that have every option in it; behind <c>throng NAME</c> the options are that command's.
/// </param>
public sealed partial record OtherWord(string Spellings, bool TakesValue, params string[] Answers)
{
    /// <summary>The only commands it is meant for, with blanks between; empty for all.</summary>
    public string Of { get; init; } = "";

    /// <summary>Whether it is this word, and has an answer for a command.</summary>
    public bool Is(string spelling, CommandSyntax syntax) =>
        Has(spelling) && (Of.Length == 0 || Of.Split(' ').Contains(syntax.Name)) && AnswerFor(syntax) is not null;

    /// <summary>Whether this is one of its spellings.</summary>
    public bool Has(string spelling) => Spellings.Split(' ').Contains(spelling);

    /// <summary>The whole line about it, for a command that it has an answer for.</summary>
    /// <param name="typed">The word as it may be shown.</param>
    /// <param name="value">The value that came with it; null for none.</param>
    public string Answer(string typed, string? value, CommandSyntax syntax)
    {
        string answer = AnswerFor(syntax)!;
        if (!answer.StartsWith('-'))
        {
            return $"{typed} {answer}";
        }

        bool isPlain = value is { Length: > 0 } && Harmless().IsMatch(value);
        if (answer.Contains(' '))
        {
            return $"{typed} is {answer.Replace("{0}", isPlain ? value : "VALUE", StringComparison.Ordinal)} here";
        }

        Option option = syntax.Options.First(one => one.Spellings.Contains(answer));
        string joint = option.TakesNext ? " " : "=";
        if (answer is "--target" or "--listen" && value is not null && File().IsMatch(value))
        {
            return $"{typed} is {answer} here, which takes no file: write {answer}{joint}{option.Argument} for each";
        }

        string shown = option.IsFlag ? ""
            : isPlain && option.TryRead(value!, out _, out _) ? $": write {answer}{joint}{value}"
            : $": write {answer}{joint}{option.Argument}";
        return $"{typed} is {answer} here{shown}";
    }

    /// <summary>Options that an answer names, each with the command it is of; empty for the one that is asked.
    /// </summary>
    public static IEnumerable<(string Command, string Option)> OptionsIn(string answer)
    {
        string command = "";
        foreach (Match part in Part().Matches(answer))
        {
            if (part.Groups["command"] is { Success: true } named)
            {
                command = named.Value;
            }
            else
            {
                yield return (command, part.Value);
            }
        }
    }

    private string? AnswerFor(CommandSyntax syntax) => Answers.FirstOrDefault(answer => OptionsIn(answer)
        .Where(named => named.Command.Length == 0).Select(named => named.Option)
        .Concat(answer.StartsWith('-') ? [] : ["--target"])
        .All(name => syntax.Options.Any(option => option.Spellings.Contains(name))));

    [GeneratedRegex("throng (?<command>[a-z]+)|(?<![^ (])--?[a-z][a-z0-9-]*")]
    private static partial Regex Part();

    // A relative or absolute path, or an ending that no host has.
    [GeneratedRegex(@"^[@./]|\.(txt|csv|json|lst|list|conf|cfg|ya?ml)$", RegexOptions.IgnoreCase)]
    private static partial Regex File();

    // What a shell and a terminal leave as it is.
    [GeneratedRegex(@"^[A-Za-z0-9._:/,%@+\[\]-]{1,60}$")]
    private static partial Regex Harmless();
}
