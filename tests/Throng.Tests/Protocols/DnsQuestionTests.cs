using System.Text;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

public sealed class DnsQuestionTests
{
    private const string ExampleCom = "0000 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001";

    [Fact]
    public void A_query_without_wishes_is_29_known_bytes()
    {
        Assert.Equal(ExampleCom.Replace(" ", "", StringComparison.Ordinal), Hex(new DnsQuestion()));
        Assert.Equal(29, Message(new DnsQuestion()).Length);
    }

    [Fact]
    public void Each_wish_changes_its_own_bytes()
    {
        string plain = Hex(new DnsQuestion());
        Assert.Equal("00000000" + plain[8..], Hex(new DnsQuestion { WantsRecursion = false }));
        Assert.Equal(plain[..^8] + "001c0001", Hex(new DnsQuestion { Type = 28 }));
        string withOpt = plain[..20] + "0001" + plain[24..];
        Assert.Equal(withOpt + "00 0029 1000 00000000 0000".Replace(" ", "", StringComparison.Ordinal),
            Hex(new DnsQuestion { EdnsBytes = 4096 }));
        Assert.Equal(withOpt + "00 0029 04d0 00008000 0000".Replace(" ", "", StringComparison.Ordinal),
            Hex(new DnsQuestion { WantsDnssec = true }));
        Assert.Equal(withOpt + "00 0029 0200 00008000 0000".Replace(" ", "", StringComparison.Ordinal),
            Hex(new DnsQuestion { WantsDnssec = true, EdnsBytes = 512 }));
    }

    [Theory]
    [InlineData(".", "00")]
    [InlineData("a", "01 61 00")]
    [InlineData("a.", "01 61 00")]
    [InlineData("Www.eXample", "03 577777 07 6558616d706c65 00")]
    [InlineData(@"a\.b.c", "03 612e62 01 63 00")]
    [InlineData(@"\000\255\065", "03 00ff41 00")]
    [InlineData(@"a\\b", "03 615c62 00")]
    [InlineData("_dns._tcp", "04 5f646e73 04 5f746370 00")]
    public void Names_become_labels(string name, string wire) =>
        Assert.Equal(wire.Replace(" ", "", StringComparison.Ordinal), Hex(new DnsQuestion { Name = name })[24..^8]);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(".a", "it has an empty label")]
    [InlineData("..", "it has an empty label")]
    [InlineData("a..b", "it has an empty label")]
    [InlineData("bücher.example", "it is not ASCII; write names in other scripts as xn--...")]
    [InlineData("a b", @"it has a blank or control character; write it as \DDD")]
    [InlineData("a\u007f", @"it has a blank or control character; write it as \DDD")]
    [InlineData(@"a\", @"after \ comes a character, or a byte as 000 to 255")]
    [InlineData(@"a\25", @"after \ comes a character, or a byte as 000 to 255")]
    [InlineData(@"a\256", @"after \ comes a character, or a byte as 000 to 255")]
    [InlineData(@"a\1x2", @"after \ comes a character, or a byte as 000 to 255")]
    public void What_is_no_name_is_refused_with_the_reason(string name, string reason)
    {
        Assert.False(new DnsQuestion { Name = name }.TryWrite(new byte[DnsQuestion.BytesMax], out _, out string error));
        Assert.EndsWith($"is not a domain name: {reason}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_have_63_bytes_and_names_255()
    {
        string label = new('x', 63);
        string longest = $"{label}.{label}.{label}.{new string('y', 61)}";
        Assert.Equal(255 + 16, Message(new DnsQuestion { Name = longest }).Length);
        Assert.Equal(255 + 16, Message(new DnsQuestion { Name = longest + "." }).Length);
        Assert.Equal(DnsQuestion.BytesMax, Message(new DnsQuestion { Name = longest, EdnsBytes = 1 }).Length);
        string everyByteEscaped = string.Concat(Enumerable.Repeat(@"\120", 63));
        Assert.Equal(65 + 16, Message(new DnsQuestion { Name = everyByteEscaped }).Length);
        AssertRefused(label + "x", "a label is longer than 63 bytes");
        AssertRefused(longest + "y", "it is longer than 255 bytes");
        AssertRefused(longest + ".y", "it is longer than 255 bytes");
        AssertRefused(new string('.', 5000), "it has an empty label");
    }

    [Theory]
    [InlineData("A", 1)]
    [InlineData("aaaa", 28)]
    [InlineData("Https", 65)]
    [InlineData("ANY", 255)]
    [InlineData("CAA", 257)]
    [InlineData("TYPE65", 65)]
    [InlineData("type65535", 65535)]
    public void Types_have_names_and_numbers(string text, int code)
    {
        Assert.True(DnsType.TryParse(Encoding.ASCII.GetBytes(text), out ushort read, out _));
        Assert.Equal(code, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("TYPE")]
    [InlineData("TYPE0")]
    [InlineData("TYPE65536")]
    [InlineData("TYPE-1")]
    [InlineData("TYPE+1")]
    [InlineData("TYPE 1")]
    [InlineData("28")]
    [InlineData("AAAAA")]
    [InlineData("NSEC3PARAMS")]
    [InlineData("AXFR")]
    [InlineData("TYPE252")]
    public void Other_types_are_refused(string text) =>
        Assert.False(DnsType.TryParse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void Every_type_is_named_as_it_is_read()
    {
        foreach (string name in DnsType.Names.Where(name => !name.EndsWith("XFR", StringComparison.Ordinal)))
        {
            Assert.True(DnsType.TryParse(Encoding.ASCII.GetBytes(name), out ushort code, out _));
            Assert.Equal(name, DnsType.Name(code));
        }

        Assert.Equal("TYPE65280", DnsType.Name(65280));
    }

    private static void AssertRefused(string name, string reason)
    {
        Assert.False(new DnsQuestion { Name = name }.TryWrite(new byte[DnsQuestion.BytesMax], out _, out string error));
        Assert.EndsWith(reason, error, StringComparison.Ordinal);
    }

    private static byte[] Message(DnsQuestion question)
    {
        Assert.True(DnsQuestions.TryOf(question, out DnsQuestions? questions, out string error), error);
        Assert.Equal(1, questions.Count);
        return questions.Message(0).ToArray();
    }

    private static string Hex(DnsQuestion question) => Convert.ToHexStringLower(Message(question));
}
