using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>The house style of C# files; each rule is shown to catch a sample first.</summary>
public sealed class ShapeTests(ITestOutputHelper output)
{
    [Fact]
    public void Files_are_short()
    {
        Assert.Single(Shape.FileSize(Sample("class Sample;" + new string('\n', 700) + ";")));
        Assert.Empty(Shape.FileSize(Sample("class Sample;\n")));
        foreach (Violation one in Repository.CSharp.SelectMany(file => Shape.FileSize(file, Shape.FileLinesSoft)))
        {
            output.WriteLine(one.ToString());
        }

        Repository.HasNo(Repository.CSharp.SelectMany(file => Shape.FileSize(file)));
        Repository.HasNo(Repository.Shipped.SelectMany(file => Shape.FileSize(file, Shape.ShippedFileLinesMax)));
    }

    [Fact]
    public void Folders_are_small()
    {
        IEnumerable<SourceFile> many = Enumerable.Range(0, 31).Select(n => new SourceFile($"src/A/B/F{n}.cs", ""));
        Assert.Single(Shape.FolderSize(many));
        Assert.Empty(Shape.FolderSize(many.Skip(1)));
        Repository.HasNo(Shape.FolderSize(Repository.CSharp.Where(file => !file.IsUnder("bench"))));
    }

    [Theory]
    [InlineData("/// <{0}>Of the two above.</{0}>", 1)]
    [InlineData("/// <{0}>\n/// What is left.\n/// </{0}>", 1)]
    [InlineData("/// <{0}>Whatever is left.</{0}>\n/// <{0}>Counts those of the rest.</{0}>", 0)]
    public void Summaries_begin_with_a_noun_or_a_verb(string text, int caught) =>
        Assert.Equal(caught, Shape.Summaries(Sample(string.Format(null, text, "summary"))).Count());

    [Fact]
    public void Summaries_of_the_repository_begin_with_a_noun_or_a_verb() =>
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.Summaries));

    [Theory]
    [InlineData("void Long()\n{\n*}", true)]
    [InlineData("[Fact]\n[X(typeof(int[]))]\npublic async Task<int> Long<T>(int a = 1) where T : class\n{\n*}", true)]
    [InlineData("Sample(int a)\n: this()\n{\n*}", true)]
    [InlineData("public static bool operator ==(Sample a, Sample b)\n{\n*}", true)]
    [InlineData("int Long => Of() switch\n{\n*};", true)]
    [InlineData("int Long\n{\nget\n{\n*}\n}", true)]
    [InlineData("class Inner { void Long()\n{\n*} }", true)]
    [InlineData("void Short() { }\n*void Other() { }", false)]
    [InlineData("int[] _table =\n[\n*];", false)]
    [InlineData("Func<int, int> Table { get; } = new(x => x)\n{\n*};", false)]
    [InlineData("Thing Table => new()\n{\nA = 1,\n*};", false)]
    [InlineData("Thing Long => new()\n{\nA = () => { F(); },\n*};", true)]
    [InlineData("enum Inner\n{\n*}", false)]
    public void Functions_are_short(string member, bool isCaught)
    {
        string text = $"namespace X;\npublic class Sample\n{{\n{member.Replace("*", new string('\n', 70))}\n}}\n";
        Assert.Equal(isCaught ? 1 : 0, Shape.FunctionSize(Sample(text)).Count());
    }

    [Fact]
    public void Functions_of_the_repository_are_short()
    {
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.FunctionSize));
        int functions = Repository.Shipped.Sum(f => f.Members.Count(member => member.Kind == MemberKind.Function));
        Assert.True(functions > 500, $"the scanner found {functions} functions in src: it has lost its way");
    }

    [Fact]
    public void Lines_are_short()
    {
        Assert.Single(Shape.LineLength(Sample(new string('x', 121) + "\n" + new string('x', 120))));
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.LineLength));
    }

    [Theory]
    [InlineData("class Other { }", 1)]
    [InlineData("class Sample { }\nenum Companion { A, B }", 0)]
    [InlineData("record Other(int A);\nrecord struct Sample(int B);\ndelegate bool Reading<T>(T value);", 0)]
    [InlineData("class Sample<T> where T : class { }\nclass Companion\n{\n*}", 1)]
    [InlineData("// class Sample\nnamespace X;\n[A]\ninternal static unsafe partial class Other { }", 1)]
    public void A_file_is_one_noun(string text, int caught)
    {
        text = text.Replace("*", new string('\n', 70));
        Assert.Equal(caught, Shape.OneNoun(Sample(text)).Count());
    }

    [Fact]
    public void Files_of_the_repository_are_one_noun_each() =>
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.OneNoun));

    [Theory]
    [InlineData("class SocketManager { }", 1)]
    [InlineData("class Outer { struct RunInfo { } enum Utils { A } }", 2)]
    [InlineData("class Managers { ServiceThing _factory; }", 0)]
    public void Type_names_say_something(string text, int caught) =>
        Assert.Equal(caught, Shape.TypeNames(Sample(text)).Count());

    [Fact]
    public void Type_names_of_the_repository_say_something() =>
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.TypeNames));

    [Fact]
    public void Nothing_hides_in_regions()
    {
        Assert.Equal(2, Shape.Regions(Sample("class A {\n  #region x\n  #endregion\n}")).Count());
        Assert.Empty(Shape.Regions(Sample("// #region\nstring x = \"#region\";")));
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.Regions));
    }

    [Fact]
    public void Reminders_have_a_text()
    {
        Assert.Equal(2, Shape.Reminders(Sample("// TODO\n/* FIXME: this is known */")).Count());
        Assert.Empty(Shape.Reminders(Sample("// TODO: count what was dropped\nstring todo = \"TODO\";")));
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.Reminders));
    }

    [Fact]
    public void Tests_say_what_they_need()
    {
        Assert.Equal(2, Shape.Skips(Sample("[Fact(Skip = \"x\")] void A() => Assert.SkipWhen(a, b);")).Count());
        Assert.Empty(Shape.Skips(new SourceFile("tests/X/Needs.cs", "Assert.SkipUnless(a, b);")));
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.Skips));
    }

    [Fact]
    public void A_need_that_ci_meets_fails_there_and_skips_elsewhere()
    {
        Exception? inCi = Record.Exception(() => Needs.Ours(has: false, isInCi: true, "needs ss"));
        Assert.Contains("needs ss", Assert.IsType<Xunit.Sdk.FalseException>(inCi).Message, StringComparison.Ordinal);
        Needs.Ours(has: true, isInCi: true, "needs ss");
        bool isSkipped = false;
        try
        {
            Needs.Ours(has: false, isInCi: false, "needs ss");
        }
        catch (Xunit.Sdk.SkipException)
        {
            isSkipped = true; // Record.Exception would let it pass, and skip this test
        }

        Assert.True(isSkipped);
    }

    [Fact]
    public void A_project_has_one_folder_level()
    {
        Assert.Single(Shape.Folders(new SourceFile("src/Throng/Control/Deep/Sample.cs", "")));
        Assert.Empty(Shape.Folders(new SourceFile("src/Throng/Control/Sample.cs", "")));
        Repository.HasNo(Repository.CSharp.SelectMany(Shape.Folders));
    }

    private static SourceFile Sample(string text) => new("src/Throng/Sample.cs", text);
}
