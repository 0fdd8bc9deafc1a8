using System.Globalization;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Declares options of the common kinds. The help shows a default as a person would type it, unless it is told other
/// words.
/// </summary>
public static class Declare
{
    /// <summary>An option that is on or off.</summary>
    public static Option<bool> Flag(string name, string help, char letter = '\0', bool isHidden = false) =>
        new(Kinds.Flag, false, static (into, key, isOn) => into[key] = isOn)
        {
            Name = name, Short = letter, Default = "off", Help = help, IsHidden = isHidden,
        };

    /// <summary>A duration of 1 ms or more.</summary>
    public static Option<long> Duration(string name, long defaultNs, string help, string? shown = null) =>
        Duration(name, Ns.Millisecond, SharedOptions.DurationMaxNs, "1ms or longer", defaultNs, help, shown);

    /// <summary>A duration that may be 0.</summary>
    public static Option<long> DurationOrZero(string name, long defaultNs, string help, string? shown = null) =>
        Duration(name, 0, SharedOptions.DurationMaxNs, "at most 100 years", defaultNs, help, shown);

    /// <summary>A duration within bounds.</summary>
    /// <param name="bounds">The bounds as an error says them.</param>
    public static Option<long> Duration(
        string name, long minNs, long maxNs, string bounds, long defaultNs, string help, string? shown) =>
        new(Kinds.Duration(minNs, maxNs, bounds), defaultNs, SharedOptions.ShowNs)
        {
            Name = name, Argument = "DURATION", Default = shown ?? TypedDuration(defaultNs), Help = help,
        };

    /// <summary>A whole number. A default below <paramref name="min"/> stands for "as the system has it", and is null
    /// in the document.</summary>
    public static Option<long> Count(
        string name, long min, long max, long byDefault, string help, string? shown = null, char letter = '\0',
        string argument = "N") =>
        new(Kinds.Count(min, max), byDefault, (into, key, number) => into[key] = number < min ? Node.Null : number)
        {
            Name = name, Short = letter, Argument = argument, Default = shown ?? TypedNumber(byDefault), Help = help,
        };

    /// <summary>A number of bytes.</summary>
    public static Option<long> Bytes(string name, long min, long max, long byDefault, string help) =>
        new(Kinds.Bytes(min, max), byDefault, static (into, key, bytes) => into[key + "_bytes"] = bytes)
        {
            Name = name, Argument = "BYTES", Help = help,
            Default = byDefault >= 1 << 20 && byDefault % (1 << 20) == 0 ? $"{byDefault >> 20}MiB"
                : byDefault >= 1024 && byDefault % 1024 == 0 ? $"{byDefault / 1024}KiB" : $"{byDefault}",
        };

    /// <summary>A rate per second.</summary>
    public static Option<double> Rate(
        string name, double byDefault, string help, string? shown = null, char letter = '\0') =>
        new(Kinds.Rate, byDefault, static (into, key, rate) => into[key + "_per_s"] = rate)
        {
            Name = name, Short = letter, Argument = "RATE", Default = shown ?? TypedNumber((long)byDefault),
            Help = help,
        };

    /// <summary>A share, typed as a percentage.</summary>
    public static Option<double> Share(string name, double byDefault, string help) =>
        new(Kinds.Ratio, byDefault, static (into, key, ratio) => into[key] = ratio)
        {
            Name = name, Argument = "PERCENT", Help = help,
            Default = (byDefault * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%",
        };

    /// <summary>A factor.</summary>
    public static Option<double> Factor(string name, double min, double max, double byDefault, string help) =>
        new(Kinds.Number(min, max), byDefault, static (into, key, factor) => into[key] = factor)
        {
            Name = name, Argument = "FACTOR", Help = help,
            Default = byDefault.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(
        string name, string argument, IReadOnlyList<string> words, string byDefault, string help,
        string? shown = null) =>
        new(Kinds.OneOf([.. words]), byDefault, SharedOptions.ShowText)
        {
            Name = name, Argument = argument, Default = shown ?? byDefault, Help = help,
        };

    /// <summary>The path of a file; empty when it is not given.</summary>
    public static Option<string> File(
        string name, string help, string shown = "none", string argument = "FILE", char letter = '\0') =>
        new(Kinds.Path, "", SharedOptions.ShowText)
        {
            Name = name, Short = letter, Argument = argument, Default = shown, Help = help, IsFile = true,
        };

    /// <summary>The path of a drawing; empty when it is not given.</summary>
    /// <param name="oldName">The name that the option had in version 0.1.0, and still has in the document.</param>
    public static Option<string> Drawing(string help, string oldName) => new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "svg", OldNames = [oldName], KeyName = oldName, Argument = "FILE|-", Default = "none", Help = help,
        IsFile = true,
    };

    /// <summary>Rates over time; empty when it is not given.</summary>
    public static Option<string> Profile(string help) => new(Kinds.Profile, "", SharedOptions.ShowText)
    {
        Name = "profile", Argument = "D@R[..R],…", Default = "none", Help = help,
    };

    /// <summary>A word of any kind.</summary>
    public static Option<string> Word(
        string name, string argument, string byDefault, string help, string? shown = null, string? alias = null) =>
        new(Kinds.Word, byDefault, SharedOptions.ShowText)
        {
            Name = name, Argument = argument, Default = shown ?? byDefault, Help = help,
            Aliases = alias is null ? [] : [alias],
        };

    private static string TypedDuration(long ns) =>
        ns == 0 ? "0"
        : ns < Ns.Second ? $"{ns / Ns.Millisecond}ms"
        : ((double)ns / Ns.Second).ToString("0.###", CultureInfo.InvariantCulture) + "s";

    private static string TypedNumber(long number) =>
        number > 0 && number % 1_000_000 == 0 ? $"{number / 1_000_000}m"
        : number > 0 && number % 1000 == 0 ? $"{number / 1000}k"
        : $"{number}";
}
