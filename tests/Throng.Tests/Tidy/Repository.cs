using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>The working tree that these tests were built from, without what a build or git puts there.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "out", ".git", ".vs", ".idea", "TestResults"];

    private static readonly string[] TextSuffixes =
        [".cs", ".csproj", ".props", ".slnx", ".json", ".md", ".sh", ".yml", ".yaml", ".txt", ".c", ".service"];

    private static readonly Lazy<SourceFile[]> AllText = new(ReadAll);

    public static string Root { get; } = FindRoot();

    /// <summary>Every file that people write.</summary>
    public static IReadOnlyList<SourceFile> Text => AllText.Value;

    /// <summary>C# of the program, the tests and the benchmarks.</summary>
    public static IEnumerable<SourceFile> CSharp =>
        Text.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>C# of what ships.</summary>
    public static IEnumerable<SourceFile> Shipped => CSharp.Where(file => file.IsUnder("src"));

    public static IEnumerable<SourceFile> Projects =>
        Text.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    public static SourceFile File(string path) =>
        Text.SingleOrDefault(file => file.Path == path)
        ?? throw new FileNotFoundException($"the repository has no {path}; add it");

    /// <summary>Fails with every violation on a line of its own.</summary>
    public static void HasNo(IEnumerable<Violation> violations)
    {
        Violation[] all = [.. violations];
        if (all.Length > 0)
        {
            Assert.Fail($"{all.Length} of them:\n{string.Join('\n', all.AsEnumerable())}");
        }
    }

    private static string FindRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !System.IO.File.Exists(Path.Combine(at, "Throng.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new DirectoryNotFoundException("no Throng.slnx above the test program");
    }

    private static SourceFile[] ReadAll()
    {
        List<SourceFile> files = [];
        Queue<string> folders = new([Root]);
        while (folders.TryDequeue(out string? folder))
        {
            foreach (string inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                if (!NotOurs.Contains(Path.GetFileName(inner)))
                {
                    folders.Enqueue(inner);
                }
            }

            files.AddRange(Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Where(IsText).Select(Read));
        }

        return [.. files];
    }

    private static bool IsText(string path) =>
        TextSuffixes.Contains(Path.GetExtension(path)) || Path.GetExtension(path).Length == 0
        || Path.GetFileName(path).StartsWith('.');

    private static SourceFile Read(string path) =>
        new(Path.GetRelativePath(Root, path), System.IO.File.ReadAllText(path));
}
