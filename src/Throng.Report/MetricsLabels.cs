using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Labels that every sample of a run has: the command, and what --label gave.</summary>
public static class MetricsLabels
{
    private const string Command = "command";

    // Those that samples have of themselves, and those that Prometheus puts on what it scraped.
    private static readonly string[] _taken = [Command, "reason", "stat", "le", "quantile", "job", "instance"];

    /// <summary>As they stand between the braces of a sample.</summary>
    public static string Of(RunDocument run)
    {
        StringBuilder text = new($"{Command}=\"{Escaped(run.Command)}\"");
        HashSet<string> taken = new(_taken, StringComparer.Ordinal);
        foreach (KeyValuePair<string, Node> label in run.Labels ?? [])
        {
            text.Append(',').Append(NameOf(label.Key, taken));
            text.Append("=\"").Append(Escaped(label.Value.Text)).Append('"');
        }

        return text.ToString();
    }

    /// <summary>A text as it stands between quotation marks.</summary>
    public static string Escaped(string text) => Letters.Lines(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>The nearest name that is allowed and that no other label has.</summary>
    private static string NameOf(string key, HashSet<string> taken)
    {
        string name = string.Concat(key.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        bool isAllowed = name.Length > 0 && !char.IsAsciiDigit(name[0])
            && !name.StartsWith("__", StringComparison.Ordinal);
        string wanted = isAllowed && !_taken.Contains(name) ? name : "label_" + name;
        string free = wanted;
        for (int number = 2; !taken.Add(free); number++)
        {
            free = $"{wanted}_{number}";
        }

        return free;
    }
}
