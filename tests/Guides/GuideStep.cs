using System.Text;
using System.Text.RegularExpressions;

namespace Throng.Testing;

/// <summary>One command of a guide, and what the guide shows of its output.</summary>
/// <param name="Line">Where the command stands, from 1.</param>
/// <param name="Command">As typed, on one line.</param>
/// <param name="Shown">Lines of output; one with an ellipsis stands for any number of lines.</param>
/// <param name="IsRun">Whether it is run, or only parsed.</param>
internal sealed partial record GuideStep(int Line, string Command, IReadOnlyList<string> Shown, bool IsRun)
{
    private const string Ellipsis = "…";

    /// <summary>Whether the shell goes on while it runs.</summary>
    public bool IsInBackground => Command.EndsWith(" &", StringComparison.Ordinal);

    /// <summary>The command lines of throng in it, each as the words behind the name.</summary>
    public IEnumerable<IReadOnlyList<string>> Calls()
    {
        List<string>? call = null;
        foreach ((string word, bool isQuoted) in Words())
        {
            if (!isQuoted && Operator().IsMatch(word))
            {
                if (call is not null)
                {
                    yield return call;
                }

                call = null;
            }
            else if (call is not null)
            {
                call.Add(word);
            }
            else if (word == "throng")
            {
                call = [];
            }
        }

        if (call is not null)
        {
            yield return call;
        }
    }

    /// <summary>
    /// Parts of what is shown that the output lacks, in order; numbers, times and blanks may differ.
    /// </summary>
    public IEnumerable<string> Missing(string output)
    {
        string actual = Masked(output);
        int from = 0;
        foreach (string part in Parts())
        {
            int at = actual.IndexOf(part, from, StringComparison.Ordinal);
            if (at < 0)
            {
                yield return part;
            }
            else
            {
                from = at + part.Length - 1; // the blank is between both parts
            }
        }
    }

    /// <summary>Text without its figures and line breaks.</summary>
    // How much of the time asked for was left after the ramp-up is said on a busy machine only.
    public static string Masked(string text) => $" {Blanks().Replace(Figure().Replace(text, "#"), " ").Trim()} "
        .Replace(" for # of #,", " for #,", StringComparison.Ordinal);

    private IEnumerable<string> Parts()
    {
        StringBuilder part = new();
        foreach (string line in Shown.Append(Ellipsis))
        {
            if (line.Trim() != Ellipsis)
            {
                part.Append(line).Append('\n');
            }
            else if (part.Length > 0)
            {
                yield return Masked(part.ToString());
                part.Clear();
            }
        }
    }

    // As a shell splits them, without expansions.
    private IEnumerable<(string Word, bool IsQuoted)> Words()
    {
        foreach (Match match in Word().Matches(Command))
        {
            string text = match.Value;
            if (text[0] == '#')
            {
                yield break;
            }

            yield return (Quotes().Replace(text, "${inner}"), text.AsSpan().IndexOfAny('\'', '"') >= 0);
        }
    }

    [GeneratedRegex(@"([|&;()]|[0-9]?>>?&?[0-9]?|<)+|('[^']*'|""[^""]*""|[^\s|&;()<>'""])+")]
    private static partial Regex Word();

    [GeneratedRegex("'(?<inner>[^']*)'|\"(?<inner>[^\"]*)\"")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"^([|&;()]|[0-9]?>>?&?[0-9]?|<)+$")]
    private static partial Regex Operator();

    [GeneratedRegex(@"[+-]?\d([\d,.]*\d)?( ?(ns|us|µs|ms|s|m|h|B|KiB|MiB|GiB)\b| ?%)?(/s)?")]
    private static partial Regex Figure();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
