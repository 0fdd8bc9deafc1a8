using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Throng.Tests.Tidy;

/// <summary>
/// Rules for which project may use which, and for what a project file may say. A project exists to make a wrong
/// reference an error.
/// </summary>
internal static partial class Projects
{
    /// <summary>The references of each project that ships; no more and no fewer.</summary>
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["Throng.Linux"] = [],
        ["Throng.Measurement"] = [],
        ["Throng.Engine"] = ["Throng.Linux", "Throng.Measurement"],
        ["Throng.Report"] = ["Throng.Measurement"],
        ["Throng.Originals"] = ["Throng.Engine", "Throng.Measurement", "Throng.Report"],
        ["Throng.Cluster"] = ["Throng.Measurement", "Throng.Report"],
        ["Throng.Nats"] = ["Throng.Cluster"],
        ["Throng"] = ["Throng.Cluster", "Throng.Engine", "Throng.Nats", "Throng.Originals", "Throng.Report"],
    };

    private static readonly string[] WithPackages = ["Throng", "Throng.Nats"];

    private static readonly string[] Unsafe = ["Throng.Linux", "Throng.Engine"];

    private static readonly Dictionary<string, string> BannedNames = new()
    {
        ["Common"] = "name what the things in it are",
        ["Core"] = "name what it does: Engine, Measurement",
        ["Shared"] = "put each thing where it belongs; who uses it refers to it",
        ["Util"] = "put each thing on the type it serves",
        ["Utils"] = "put each thing on the type it serves",
        ["Utilities"] = "put each thing on the type it serves",
        ["Helpers"] = "put each thing on the type it helps",
        ["Misc"] = "name what the things in it are",
    };

    public static IEnumerable<Violation> Graph(SourceFile project)
    {
        string[] actual = [.. Included(project, "ProjectReference").Select(NameOf).Order(StringComparer.Ordinal)];
        if (!project.IsUnder("src"))
        {
            yield break;
        }

        if (!References.TryGetValue(project.Stem(), out string[]? designed))
        {
            yield return Say(project, "Project ", "not in this test's table of references; add it");
            yield break;
        }

        foreach (string wrong in actual.Except(designed))
        {
            yield return Say(project, wrong, $"refers to {wrong}; {project.Stem()} may use "
                + $"{(designed.Length == 0 ? "no project" : string.Join(", ", designed))}");
        }

        foreach (string missing in designed.Except(actual))
        {
            yield return Say(project, "Project ", $"does not refer to {missing}; the table of References says it does");
        }
    }

    /// <summary>MinVer writes the version into Throng.Engine while it is built; nothing of it ships.</summary>
    public static IEnumerable<Violation> Packages(SourceFile project) =>
        WithPackages.Contains(project.Stem()) || project.IsUnder("tests") ? [] :
            from package in Included(project, "PackageReference")
            where (project.Stem(), package) != ("Throng.Engine", "MinVer")
            select Say(project, package, $"the package {package}; only Throng, Throng.Nats and tests have packages");

    public static IEnumerable<Violation> UnsafeBlocks(SourceFile project) =>
        !project.Text.Contains("AllowUnsafeBlocks", StringComparison.Ordinal)
            || project.IsUnder("tests") || Unsafe.Contains(project.Stem()) ? [] :
        [
            Say(project, "AllowUnsafeBlocks", "unsafe code belongs to Throng.Linux, Throng.Engine, tests"),
        ];

    /// <summary>
    /// The message system is used in one folder of the program: no process with workers has anything of it.
    /// </summary>
    public static IEnumerable<Violation> MessageSystem(SourceFile file) =>
        !file.IsUnder("src/Throng") || file.IsUnder("src/Throng/Cluster") ? [] : file.Matches(
            OfMessageSystem(), file.Text,
            match => $"{match.Value}: the message system belongs to src/Throng/Cluster; see decision 0030");

    /// <summary>Benchmarks are built by their own scripts.</summary>
    public static IEnumerable<Violation> Listed(SourceFile project, string solution) =>
        project.IsUnder("bench") || solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal) ? [] :
            [Say(project, "Project ", "not in Throng.slnx; add it, or nothing builds it")];

    public static IEnumerable<Violation> Names(SourceFile file) =>
        from folder in file.Path.Split('/').SkipLast(1)
        from word in folder.Split('.')
        where BannedNames.ContainsKey(word)
        select new Violation(file.Path, 1, $"the folder {folder} says nothing; {BannedNames[word]}");

    private static IEnumerable<string> Included(SourceFile project, string item) =>
        XDocument.Parse(project.Text).Descendants(item).Select(one => (string?)one.Attribute("Include") ?? "");

    private static string NameOf(string reference) => ProjectName().Match(reference).Groups["name"].Value;

    private static string Stem(this SourceFile project) => NameOf(project.Path);

    private static Violation Say(SourceFile project, string at, string text) => new(
        project.Path,
        project.LineAt(Math.Max(0, project.Text.IndexOf(at, StringComparison.Ordinal))),
        text);

    [GeneratedRegex(@"\b(Throng\.(Cluster|Nats)\b|NATS\.|Nats[A-Z]\w*|(Agent|Controller)Machine\b)")]
    private static partial Regex OfMessageSystem();

    [GeneratedRegex(@"(?<name>[^/\\]+)\.csproj$")]
    private static partial Regex ProjectName();
}
