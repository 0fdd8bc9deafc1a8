using Throng.Originals;

namespace Throng.Fuzz;

/// <summary>Command lines: words between bytes of 0, as a process has them.</summary>
internal static class WordTargets
{
    private static readonly IReadOnlyList<CommandSyntax> Syntaxes = Commands.SyntaxesOf(Commands.All);

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("words", ReadWords)
        {
            BytesMax = 1024,
            Rounds = 200,
            Words = [.. Syntaxes.SelectMany(syntax => syntax.Options).SelectMany(option => option.Spellings).Distinct()
                .Select(spelling => "\0" + spelling), "\0", "=", "10k", "\0--", "1s", "127.0.0.1:7000", "\0-"],
        },
        new("original-words", ReadOriginal)
        {
            BytesMax = 512,
            Rounds = 1000,
            Words = [.. AllOriginals.All.SelectMany(original => original.Options).Distinct().Select(one => "\0" + one),
                "\0", "=", "NaN", "inf", "1m30s", "10.0.0.0/24", "127.0.0.1", "::1", "4294967295", "rate", "saturate"],
        },
    ];

    /// <summary>The first byte says which program's words they are. Its own words for what is wrong may have many
    /// lines.</summary>
    private static void ReadOriginal(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty)
        {
            Original original = AllOriginals.All[input[0] % AllOriginals.All.Count];
            Originals.Reading read = original.Read(Property.Text(input[1..]).Split('\0'));
            Property.Holds(
                read.Job is not null || read.ExitCode != 0 || read.Out.Length > 0 || read.Errors.Count > 0,
                "there is no outcome");
        }
    }

    /// <summary>The first byte says which command it is. A word that names a file is none of this target's.</summary>
    private static void ReadWords(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty || input.Contains((byte)'@'))
        {
            return;
        }

        CommandSyntax syntax = Syntaxes[input[0] % Syntaxes.Count];
        string[] words = Property.Text(input[1..]).Split('\0');
        Dictionary<string, string> environment = new() { ["THRONG_" + words[0]] = words[^1] };
        Arguments read = Arguments.Parse(syntax, Syntaxes, words, environment);
        foreach (string line in read.Errors.Concat(read.Warnings))
        {
            Property.IsLine(line, "a refusal");
        }
    }
}
