using System.Text;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

public sealed class DnsQuestionsTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_has_a_name_and_a_type_a_line()
    {
        File.WriteAllText(_path, "; a comment\nexample.com A\n\n  www.example.org\tAAAA  ; why\r\n. NS\nexample.com A");
        Assert.True(DnsQuestions.TryRead(_path, new DnsQuestion(), out DnsQuestions? questions, out _));
        Assert.Equal(4, questions.Count);
        AssertAsks(questions, 0, new DnsQuestion());
        AssertAsks(questions, 1, new DnsQuestion { Name = "www.example.org", Type = 28 });
        AssertAsks(questions, 2, new DnsQuestion { Name = ".", Type = 2 });
        AssertAsks(questions, 3, new DnsQuestion());
    }

    [Fact]
    public void All_of_a_file_are_asked_in_the_same_form()
    {
        File.WriteAllText(_path, "example.com A\n");
        DnsQuestion form = new() { Name = "other", Type = 9, WantsRecursion = false, EdnsBytes = 700 };
        Assert.True(DnsQuestions.TryRead(_path, form, out DnsQuestions? questions, out _));
        AssertAsks(questions, 0, form with { Name = "example.com", Type = 1 });
    }

    [Fact]
    public void Errors_name_file_and_line()
    {
        File.WriteAllText(
            _path,
            $"a A\nb\nc ; A\nd QQ\ne A B\nbücher A\n{new string('f', 5000)} A\ng\u001b[2J..x A\n"
                + new string('h', 300_000));
        Assert.False(DnsQuestions.TryRead(_path, new DnsQuestion(), out _, out IReadOnlyList<string> errors));
        Assert.Equal(
            [
                "line 2: 'b' has no type; write 'b A'",
                "line 3: 'c' has no type; write 'c A'",
                "line 4: 'QQ': it is no type of record; write A, AAAA, NS, MX, TXT, ... or TYPE and its number",
                "line 5: 'B' after the type; a line is a name and a type",
                "line 6: 'b??cher' is not a domain name: it is not ASCII; write names in other scripts as xn--...",
                "line 7: it is longer than 4,096 bytes",
                @"line 8: 'g?[2J..x' is not a domain name: it has a blank or control character; write it as \DDD",
                "line 9: it is longer than 4,096 bytes",
            ],
            errors.Select(error => error.Replace(_path + " ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Bad_lines_are_left_out_and_counted_where_they_may_be()
    {
        File.WriteAllText(_path, "a A\nb\nc TYPE0\nd QQ\ne 0\nf AAAA\n");
        DnsQuestion form = new();
        Assert.True(DnsQuestions.TryRead(_path, form, out DnsQuestions? questions, out _, skipsBad: true));
        Assert.Equal((2, 4), (questions.Count, questions.Skipped));
        Assert.Equal($"{_path} line 2: 'b' has no type; write 'b A'", questions.FirstSkipped);
        AssertAsks(questions, 1, form with { Name = "f", Type = 28 });

        File.WriteAllText(_path, "b\nc TYPE0\n");
        Assert.False(DnsQuestions.TryRead(
            _path, form, out _, out IReadOnlyList<string> errors, skipsBad: true), "there is no question at all");
        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void A_byte_order_mark_before_the_first_line_is_passed_over()
    {
        File.WriteAllBytes(_path, [0xef, 0xbb, 0xbf, .. "a A\n"u8]);
        DnsQuestion form = new();
        Assert.True(DnsQuestions.TryRead(_path, form, out DnsQuestions? questions, out _));
        Assert.Equal(1, questions.Count);
        AssertAsks(questions, 0, form with { Name = "a" });
    }

    [Fact]
    public void Of_many_errors_ten_are_listed()
    {
        File.WriteAllText(_path, string.Concat(Enumerable.Repeat("x\n", 1_011)));
        Assert.False(DnsQuestions.TryRead(_path, new DnsQuestion(), out _, out IReadOnlyList<string> errors));
        Assert.Equal(11, errors.Count);
        Assert.Equal($"{_path} line 10: 'x' has no type; write 'x A'", errors[9]);
        Assert.Equal($"{_path}: 1,001 more lines are wrong", errors[10]);
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_is_empty_is_an_error()
    {
        Assert.False(DnsQuestions.TryRead(_path, new DnsQuestion(), out _, out IReadOnlyList<string> errors));
        Assert.Equal($"{_path}: there is no question in it; write a name and a type on each line", errors.Single());
        Assert.False(DnsQuestions.TryRead("/nowhere/x", new DnsQuestion(), out _, out errors));
        Assert.Equal("cannot read /nowhere/x: no such file or directory", errors.Single());
        Assert.False(DnsQuestions.TryRead(Path.GetTempPath(), new DnsQuestion(), out _, out errors));
        Assert.EndsWith("is a directory", errors.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_lines_of_unlike_lengths_are_all_there_and_little_else()
    {
        const int Lines = 200_000;
        StringBuilder text = new();
        for (int i = 0; i < Lines; i++)
        {
            // Short ones first: what is expected from the beginning is far too little.
            text.Append('n').Append(i).Append(i > Lines / 2 ? ".a-longer-name.example.org TXT\n" : ". A\n");
        }

        File.WriteAllText(_path, text.ToString());
        DnsQuestion form = new();
        _ = DnsQuestions.TryRead(_path, form, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(DnsQuestions.TryRead(_path, form, out DnsQuestions? questions, out _));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Lines, questions.Count);
        AssertAsks(questions, 0, new DnsQuestion { Name = "n0" });
        AssertAsks(questions, 77_777, new DnsQuestion { Name = "n77777" });
        AssertAsks(
            questions, Lines - 1, new DnsQuestion { Name = $"n{Lines - 1}.a-longer-name.example.org", Type = 16 });
        long neededBytes = 0;
        for (int i = 0; i < Lines; i++)
        {
            neededBytes += questions.Message(i).Length + sizeof(int);
        }

        Assert.InRange(allocated, neededBytes, 5 * neededBytes);
    }

    private static void AssertAsks(DnsQuestions questions, int index, DnsQuestion expected)
    {
        Assert.True(DnsQuestions.TryOf(expected, out DnsQuestions? one, out _));
        Assert.Equal(one.Message(0), questions.Message(index));
    }
}
