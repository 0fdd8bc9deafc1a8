using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>Rules on the size and the names of what stands in a C# file.</summary>
internal static partial class Shape
{
    public const int FileLinesSoft = 400;
    public const int FileLinesMax = 600;
    public const int ShippedFileLinesMax = 400;
    private const int FolderFilesMax = 30;
    private const int FunctionLinesMax = 70;
    private const int ColumnsMax = 120;

    /// <summary>A type beside the one a file is named after is a companion up to this length.</summary>
    private const int CompanionLinesMax = 60;

    private const string KernelSpelling = "src/Throng.Linux/Abi";

    private static readonly Dictionary<string, string> BannedSuffixes = new()
    {
        ["Manager"] = "name what it does: Pool, Queue, Crew",
        ["Helper"] = "put it on the type it helps",
        ["Util"] = "put it on the type it serves, or name the noun",
        ["Utils"] = "put it on the type it serves, or name the noun",
        ["Wrapper"] = "name what it adds",
        ["Provider"] = "name what it gives",
        ["Service"] = "name what it does",
        ["Processor"] = "name the step: Parser, Reader, Filter",
        ["Factory"] = "make it a static method of the type made",
        ["Base"] = "name the noun; what derives gets the longer name",
        ["Impl"] = "name what tells it from the others",
        ["Info"] = "name what it tells: Traits, Facts, Limits",
        ["Data"] = "name what it holds",
    };

    public static IEnumerable<Violation> FileSize(SourceFile file, int linesMax = FileLinesMax) =>
        file.Lines.Length <= linesMax ? [] :
        [
            new Violation(file.Path, linesMax + 1,
                $"{file.Lines.Length} lines, {linesMax} at most; move a noun into a file of its own"),
        ];

    /// <summary>Folders with more files than a person looks through.</summary>
    public static IEnumerable<Violation> FolderSize(IEnumerable<SourceFile> files) => files
        .GroupBy(file => file.Path[..file.Path.LastIndexOf('/')])
        .Where(folder => folder.Count() > FolderFilesMax)
        .Select(folder => new Violation(folder.Key, 1,
            $"{folder.Count()} files, {FolderFilesMax} at most; find the two things that are in it"));

    /// <summary>Summaries that do not begin with the thing or with what it does.</summary>
    public static IEnumerable<Violation> Summaries(SourceFile file) => file.Matches(
        Fragment(), file.Text,
        match => $"a summary begins with '{match.Groups["word"].Value}'; begin with a noun or a verb");

    public static IEnumerable<Violation> FunctionSize(SourceFile file) => file.Members
        .Where(member => member.Kind == MemberKind.Function && member.Length > FunctionLinesMax)
        .Select(member => new Violation(file.Path, member.FirstLine,
            $"{member.Name} has {member.Length} lines, {FunctionLinesMax} at most; name its steps as functions"));

    public static IEnumerable<Violation> LineLength(SourceFile file) => file.Lines
        .Select((line, index) => (Columns: line.Length, Number: index + 1))
        .Where(line => line.Columns > ColumnsMax)
        .Select(line => new Violation(file.Path, line.Number,
            $"{line.Columns} columns, {ColumnsMax} at most; break the line"));

    /// <summary>A file is named after a type in it, and what stands beside that is small.</summary>
    public static IEnumerable<Violation> OneNoun(SourceFile file)
    {
        Member[] types = [.. file.Members.Where(member => member.Kind == MemberKind.Type && member.Outer is null)];
        if (types.Length == 0 || file.IsUnder(KernelSpelling))
        {
            yield break;
        }

        if (!types.Any(type => type.Name == file.Stem))
        {
            yield return new Violation(file.Path, types[0].FirstLine,
                $"no type here is named {file.Stem}; name the file {types[0].Name}.cs");
        }

        foreach (Member type in types.Where(type => type.Name != file.Stem && type.Length > CompanionLinesMax))
        {
            yield return new Violation(file.Path, type.FirstLine,
                $"{type.Name} has {type.Length} lines, {CompanionLinesMax} at most beside another; move it to a file");
        }
    }

    public static IEnumerable<Violation> TypeNames(SourceFile file) => file.IsUnder(KernelSpelling) ? [] :
        from type in file.Members
        where type.Kind == MemberKind.Type
        from suffix in BannedSuffixes
        where type.Name.EndsWith(suffix.Key, StringComparison.Ordinal)
        select new Violation(file.Path, type.FirstLine,
            $"{type.Name} ends in {suffix.Key}, which says nothing; {suffix.Value}");

    public static IEnumerable<Violation> Regions(SourceFile file) => file.Matches(
        Region(), file.Parts.Code, _ => "#region hides code; move it to a type or file of its own");

    /// <summary>Checks that a reminder of work left says what is to be done: a colon and a sentence.</summary>
    public static IEnumerable<Violation> Reminders(SourceFile file) => file.Matches(
        BareReminder(), file.Parts.Comments, match => $"'{match.Value}' alone; write TODO: and what is to be done");

    /// <summary>Skipping is decided in one place, which knows when CI must fail instead.</summary>
    public static IEnumerable<Violation> Skips(SourceFile file) => file.Stem == "Needs" ? [] : file.Matches(
        SkipCall(), file.Parts.Code, match => $"{match.Value} here; say what the test needs: Needs.Tool, Host, Case");

    public static IEnumerable<Violation> Folders(SourceFile file)
    {
        int depth = file.Path.Split('/').Length;
        if ((file.IsUnder("src") || file.IsUnder("tests")) && depth > 4)
        {
            yield return new Violation(file.Path, 1, "two folder levels under a project; one at most, move it up");
        }
    }

    [GeneratedRegex(@"^\s*#(end)?region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\bAssert\s*\.\s*Skip\w*|\bSkip\s*=")]
    private static partial Regex SkipCall();

    [GeneratedRegex(@"\b(FIXME|XXX|HACK)\b|\bTODO\b(?!: \w+( \S+){2})")]
    private static partial Regex BareReminder();

    [GeneratedRegex(
        @"<summary>(\s|///)*(?<word>Of|What|Who|Whose|That|Those|So|By|Behind)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Fragment();
}
