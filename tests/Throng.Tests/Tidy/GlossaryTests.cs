using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>Sources use the words of docs/develop/glossary.md.</summary>
public sealed class GlossaryTests
{
    private const string Table = "| Word | Meaning | Also | Not |\n|---|---|---|---|\n"
        + "| **connection** | A conversation. | | flow, channel |\n"
        + "| **plateau** | All are held. | soak | steady state |\n"
        + "| **gap** | Silence. | | |\n";

    [Theory]
    [InlineData("int _flowsPerWorker;", 1)]
    [InlineData("/// <summary>Each Channel has one.</summary>", 1)]
    [InlineData("bool isSteadyState = x; // the flow", 2)]
    [InlineData("int overflow = Overflow(reflow);", 0)]
    [InlineData("bool isSteady = state;", 0)]
    public void A_synonym_is_caught(string line, int caught)
    {
        SourceFile sample = new("src/Throng/Sample.cs", line);
        Assert.Equal(caught, Glossary.Of(sample, Glossary.Read(Table), []).Count());
    }

    [Fact]
    public void Kernel_names_and_exceptions_are_exempt()
    {
        IReadOnlyDictionary<string, string> synonyms = Glossary.Read(Table);
        Assert.Equal("connection", synonyms["channel"]);
        Assert.Equal(3, synonyms.Count);
        Assert.Empty(Glossary.Of(new SourceFile("src/Throng.Linux/Sample.cs", "int flow;"), synonyms, []));
        GlossaryException[] exceptions = [new("src/Throng/Control", "flow", "another thing")];
        Assert.Empty(Glossary.Of(new SourceFile("src/Throng/Control/Sample.cs", "int flow;"), synonyms, exceptions));
        Assert.Single(Glossary.Of(new SourceFile("src/Throng/Control/Sample.cs", "Channel c;"), synonyms, exceptions));
    }

    [Fact]
    public void Sources_use_one_word_for_one_thing()
    {
        IReadOnlyDictionary<string, string> synonyms = Glossary.Read(Repository.File("docs/develop/glossary.md").Text);
        Assert.True(synonyms.Count >= 20, "the glossary's table was not understood");
        Assert.Equal("connection", synonyms["flow"]);
        Repository.HasNo(Repository.Shipped.SelectMany(file => Glossary.Of(file, synonyms, Glossary.Exceptions)));
    }

    [Fact]
    public void Every_exception_is_needed()
    {
        IReadOnlyDictionary<string, string> synonyms = Glossary.Read(Repository.File("docs/develop/glossary.md").Text);
        foreach (GlossaryException one in Glossary.Exceptions)
        {
            IEnumerable<Violation> without = Repository.Shipped.Where(file => file.IsUnder(one.Folder))
                .SelectMany(file => Glossary.Of(file, synonyms, []));
            Assert.True(without.Any(v => v.Text.StartsWith($"'{one.Word}'", StringComparison.Ordinal)), one.ToString());
        }
    }
}
