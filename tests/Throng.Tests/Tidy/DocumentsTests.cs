using System.Reflection;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>
/// Tests that the documents are true, and that no file speaks of the machine on which it was made or of the way it was
/// made.
/// </summary>
public sealed class DocumentsTests
{
    private static IEnumerable<SourceFile> Pages => Repository.Text.Where(file =>
        file.Path == "README.md" || (file.IsUnder("docs") && file.Path.EndsWith(".md", StringComparison.Ordinal)));

    [Fact]
    public void Options_in_the_documents_exist()
    {
        HashSet<string> known = ["--json", "--for"];
        SourceFile sample = new("README.md", "throng hold --jsonx\n`--for 10s`, dotnet run --project x -- a--b --json");
        Violation caught = Assert.Single(Documents.Options(sample, known));
        Assert.Equal("README.md:1: --jsonx is no option of throng; see throng help", caught.ToString());

        Assert.Contains("--connect-rate", Documents.KnownOptions);
        Assert.Contains("--backlog", Documents.KnownOptions);
        Repository.HasNo(Pages.SelectMany(page => Documents.Options(page, Documents.KnownOptions)));
    }

    [Fact]
    public void A_page_of_the_reference_has_every_row()
    {
        string metrics = Documents.MetricsPage(Metrics.All);
        Assert.Contains("| `connections.held` | count | higher |", metrics, StringComparison.Ordinal);
        Assert.NotEqual(metrics, Documents.MetricsPage([.. Metrics.All.Skip(1)]));
        string options = ReferencePages.Options(Commands.SyntaxesOf(Commands.All));
        Assert.Contains("| `-c`, `--connections` `N` |", options, StringComparison.Ordinal);
        Assert.All(Commands.All, command => Assert.Contains($"\n## throng {command.Name}\n", options));
        string findings = ReferencePages.Findings(RuleNote.All);
        Assert.All(RuleNote.All, rule => Assert.Contains($"\n| `{rule.Name}` |", findings));
    }

    [Theory]
    [InlineData("metrics.md")]
    [InlineData("options.md")]
    [InlineData("findings.md")]
    public void A_page_of_the_reference_is_what_the_program_declares(string name)
    {
        string page = ReferencePages.All[name]();
        if (Environment.GetEnvironmentVariable("THRONG_GOLDEN") == "update")
        {
            File.WriteAllText(ReferencePages.PathOf(name), page);
        }

        Assert.Equal(page, File.ReadAllText(ReferencePages.PathOf(name)));
    }

    [Fact]
    public void Every_exit_code_is_in_the_reference()
    {
        string page = Repository.File("docs/reference/exit-codes.md").Text;
        foreach (FieldInfo code in typeof(ExitCode).GetFields().Where(field => field.IsLiteral))
        {
            Assert.Contains($"\n| {code.GetRawConstantValue()} |", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_reason_of_an_end_is_in_the_reference()
    {
        string page = Repository.File("docs/reference/results.md").Text;
        Assert.All(CloseReasons.All, reason => Assert.Contains($"`{CloseReasons.Name(reason)}`", page));
    }

    [Fact]
    public void Guides_are_short()
    {
        SourceFile[] guides = [.. Repository.Text.Where(file => file.IsUnder("docs/guides"))];
        Assert.Equal(11, guides.Length);
        Assert.All(guides, guide => Assert.InRange(guide.Lines.Length, 20, 130));
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        Dictionary<string, string> files = Repository.Text.ToDictionary(file => file.Path, file => file.Text);
        const string text = "[a](../README.md) [b](gone.md) [c](../README.md#no-such) [d](http://e/f)";
        SourceFile sample = new("docs/x.md", text);
        Assert.Equal(2, Links.Broken(sample, files).Count());
        Repository.HasNo(Repository.Text.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => Links.Broken(file, files)));
    }

    [Fact]
    public void Every_page_is_in_the_index_of_its_folder()
    {
        string index = Repository.File("docs/README.md").Text;
        string[] folders = ["docs/guides", "docs/reference", "docs/explain", "docs/develop"];
        IEnumerable<string> pages = Repository.Text.Select(file => file.Path).Where(path =>
            path.EndsWith(".md", StringComparison.Ordinal) && folders.Contains(Path.GetDirectoryName(path)));
        Assert.All(pages, path => Assert.Contains($"]({path["docs/".Length..]})", index, StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_is_short_and_has_the_two_commands()
    {
        SourceFile page = Repository.File("README.md");
        Assert.InRange(page.Lines.Length, 1, 150);
        string[] lines = [.. page.Lines.Select(line => line.TrimStart('$', ' '))];
        Assert.Contains("dotnet run -c Release --project src/Throng -- hold 10k --for 10s", lines);
        Assert.Contains("dotnet test", lines);
    }

    [Theory]
    [InlineData("# Changelog\n\n## [0.1.0]\n### Added\n### Numbers\n", 1)]
    [InlineData("# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [0.1.0]\n\n### Numbers\n", 1)]
    [InlineData("# Changelog\n\n## [Unreleased]\n\n### Added\n\n### Numbers\n", 0)]
    public void The_changelog_has_its_sections(string text, int caught) =>
        Assert.Equal(caught, Documents.Changelog(new SourceFile("CHANGELOG.md", text)).Count());

    [Fact]
    public void The_changelog_of_the_repository_has_its_sections() =>
        Repository.HasNo(Documents.Changelog(Repository.File("CHANGELOG.md")));

    [Fact]
    public void Files_in_the_tables_are_there()
    {
        SourceFile sample = new("docs/X.md", "`Gone.cs`\n| turn | `Loop/Here.cs` / `.Gone.cs` |");
        Assert.Equal(2, Assert.Single(Documents.Files(sample, ["src/A/Loop/Here.cs"])).Line);
        string[] paths = [.. Repository.CSharp.Select(file => file.Path)];
        Repository.HasNo(Pages.SelectMany(page => Documents.Files(page, paths)));
    }

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        const string folder = "docs/develop/decisions";
        string index = Repository.File($"{folder}/README.md").Text;
        string[] decisions =
            [.. Repository.Text.Where(file => file.IsUnder(folder)).Select(file => Path.GetFileName(file.Path))];
        Assert.NotEmpty(decisions);
        Assert.All(
            decisions.Where(name => name != "README.md"),
            name => Assert.Contains($"]({name})", index, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("see /{0}/throng/x", "work", 1)]
    [InlineData("cd /{0}/", "root", 1)]
    [InlineData("'/{0}/someone'", "home", 1)]
    [InlineData("from {0}.org", "nuget", 1)]
    [InlineData("docs/{0}/x, at/{0}, /{0}ers", "work", 0)]
    public void No_place_of_one_machine(string text, string word, int caught) =>
        Assert.Equal(caught, Documents.Places(new SourceFile("docs/X.md", string.Format(null, text, word))).Count());

    [Fact]
    public void No_file_names_a_place_of_one_machine() =>
        Repository.HasNo(Repository.Text.SelectMany(Documents.Places));

    [Theory]
    [InlineData("as {0} 2 asks", "issue", 1)]
    [InlineData("see {0}.md", "design", 1)]
    [InlineData("written by an {0}M", "LL", 1)]
    [InlineData("the {0} that a full table raises", "issue", 0)]
    public void No_word_about_the_making(string text, string word, int caught) =>
        Assert.Equal(caught, Documents.Making(new SourceFile("docs/X.md", string.Format(null, text, word))).Count());

    [Fact]
    public void No_file_tells_how_it_was_made() => Repository.HasNo(Repository.Text.SelectMany(Documents.Making));
}
