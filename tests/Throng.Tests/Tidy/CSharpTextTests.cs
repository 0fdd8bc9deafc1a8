using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>The scanner under the rules: what is code, what is not.</summary>
public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("a // lock\nb", "a        \nb")]
    [InlineData("a /* x\ny */ b", "a     \n     b")]
    [InlineData("f(\"try { \\\" }\", 'x', '\\'', '\"')", "f(            ,    ,     ,    )")]
    [InlineData("@\"a\\\" + \"\" + @\"x\"\"{\" + @class", "      +    +         + @class")]
    [InlineData("$\"{a} {{b}} {c}\" + d", "   a         c   + d")]
    [InlineData("$\"{(x ? \"a\" : $\"{y}\")}\" + z", "   (x ?     :    y  )   + z")]
    [InlineData("\"\"\"a \"b\" {c}\"\"\" + d", "                + d")]
    [InlineData("$$\"\"\"{a} {{b}}\"\"\" + d", "           b      + d")]
    [InlineData("$\"{new A { B = 1 }.C}\"", "   new A { B = 1 }.C  ")]
    public void Code_is_what_is_neither_comment_nor_literal(string text, string code)
    {
        CSharpText parts = CSharpText.Of(text);
        Assert.Equal(code, parts.Code);
        Assert.Equal(text.Length, parts.Comments.Length);
        Assert.Equal(text.Length, parts.Literals.Length);
    }

    [Fact]
    public void Each_character_of_the_repository_is_in_one_part_at_most()
    {
        foreach (SourceFile file in Repository.CSharp)
        {
            for (int at = 0; at < file.Text.Length; at++)
            {
                int parts = Seen(file.Parts.Code[at]) + Seen(file.Parts.Comments[at]) + Seen(file.Parts.Literals[at]);
                Assert.True(parts <= 1, $"{file.Path}:{file.LineAt(at)}");
            }
        }
    }

    /// <summary>A scanner that misread a quote somewhere would end with unequal brackets.</summary>
    [Fact]
    public void Brackets_of_the_repository_are_paired()
    {
        foreach (SourceFile file in Repository.CSharp)
        {
            foreach (string pair in new[] { "{}", "()", "[]" })
            {
                int open = file.Parts.Code.Count(one => one == pair[0]);
                Assert.True(open == file.Parts.Code.Count(one => one == pair[1]), $"{file.Path}: {pair}");
            }
        }
    }

    private static int Seen(char one) => char.IsWhiteSpace(one) ? 0 : 1;
}
