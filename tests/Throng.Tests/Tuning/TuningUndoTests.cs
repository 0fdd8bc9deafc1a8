using System.Text;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>The undo file: what is written is read, and nothing else is.</summary>
public sealed class TuningUndoTests
{
    private static readonly TuningPlace Here = new(new NetworkNamespace(4026531840, ulong.MaxValue), "a-boot");

    private static readonly TuningUndo Undo = new(Here, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    [
        new("net.core.somaxconn", "4096", "65535", ChangeScope.Namespace, "queues"),
        new("net.ipv4.ip_local_port_range", "32768\t60999", "1024 65535", ChangeScope.Namespace, "ports"),
        new("fs.nr_open", "1048576", "20000000", ChangeScope.Host, "descriptors"),
    ]);

    [Fact]
    public void What_is_written_is_read()
    {
        TuningUndo read = TuningUndo.Parse(Undo.ToJson());
        Assert.Equal(Undo.Place, read.Place);
        Assert.Equal(Undo.MadeAt, read.MadeAt);
        Assert.Equal(Undo.Changes, read.Changes);
    }

    [Fact]
    public void The_first_versions_file_is_read()
    {
        const string First = """
            {
              "schema": "throng.undo/1",
              "namespace_inode": 4026531840,
              "namespace_cookie": 18446744073709551615,
              "boot_id": "a-boot",
              "made_at": "2026-03-01T12:00:00.0000000Z",
              "changes": [
                {
                  "name": "fs.nr_open",
                  "from": "1048576",
                  "to": "20000000",
                  "scope": "host",
                  "why": "descriptors"
                }
              ]
            }
            """;
        TuningUndo read = TuningUndo.Parse(Encoding.UTF8.GetBytes(First));
        Assert.Equal((Here, Undo.MadeAt), (read.Place, read.MadeAt));
        Assert.Equal([Undo.Changes[2]], read.Changes);
    }

    [Fact]
    public void Every_shortened_file_is_damaged()
    {
        byte[] json = Undo.ToJson();
        for (int length = 0; length < json.Length - 2; length++)
        {
            Assert.Throws<FormatException>(() => TuningUndo.Parse(json.AsMemory(0, length)));
        }
    }

    [Theory]
    [InlineData("4026531840", "-1", "damaged")]
    [InlineData("4026531840", "\"x\"", "damaged")]
    [InlineData("\"a-boot\"", "null", "damaged")]
    [InlineData("\"a-boot\"", "7", "damaged")]
    [InlineData("2026-03-01T", "yesterday", "damaged")]
    [InlineData("\"from\"", "\"before\"", "damaged")]
    [InlineData("\"changes\": [", "\"changes\": [ null,", "damaged")]
    [InlineData("\"host\"", "\"world\"", "damaged")]
    [InlineData("throng.undo/1", "throng.undo/2", "schema")]
    [InlineData("net.core.somaxconn", "kernel.core_pattern", "a setting that throng does not change")]
    [InlineData("net.core.somaxconn", "net.core.x/../../../../etc/passwd", "a setting that throng does not change")]
    public void A_file_with_something_else_in_it_is_refused(string was, string now, string why)
    {
        string json = Encoding.UTF8.GetString(Undo.ToJson());
        Assert.Contains(was, json, StringComparison.Ordinal);
        byte[] other = Encoding.UTF8.GetBytes(json.Replace(was, now, StringComparison.Ordinal));
        FormatException refused = Assert.Throws<FormatException>(() => TuningUndo.Parse(other));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_values_before_the_oldest_is_kept()
    {
        TuningUndo merged = Undo.With(
        [
            new("net.core.somaxconn", "65535", "100000", ChangeScope.Namespace, "more"),
            new("net.ipv4.tcp_tw_reuse", "2", "1", ChangeScope.Namespace, "reuse"),
        ]);
        Assert.Equal(["4096", "32768\t60999", "1048576", "2"], merged.Changes.Select(change => change.From));
        Assert.Equal(["100000", "1024 65535", "20000000", "1"], merged.Changes.Select(change => change.To));
        Assert.Equal((Undo.Place, Undo.MadeAt), (merged.Place, merged.MadeAt));
    }

    [Fact]
    public void A_place_is_a_namespace_in_a_boot()
    {
        Assert.True(Undo.IsOf(Here));
        Assert.False(Undo.IsOf(Here with { BootId = "another" }));
        Assert.True(Undo.IsOfAnotherBoot(Here with { BootId = "another" }));
        Assert.False(Undo.IsOf(Here with { Namespace = Here.Namespace with { Inode = 1 } }));

        // The number of a namespace that is gone is given again; its cookie is not.
        Assert.False(Undo.IsOf(Here with { Namespace = Here.Namespace with { Cookie = 1 } }));
        Assert.False(Undo.IsOfAnotherBoot(Here with { Namespace = Here.Namespace with { Cookie = 1 } }));
    }

    [Theory]
    [InlineData("net:[4026531840]", 4026531840)]
    [InlineData("net:[]", 0)]
    [InlineData("mnt:[4026531840]", 0)]
    [InlineData("net:[-1]", 0)]
    [InlineData(null, 0)]
    public void The_number_of_a_namespace_is_in_its_link(string? link, ulong inode) =>
        Assert.Equal(inode, NetworkNamespace.ParseInode(link));

    [Fact]
    public void This_process_is_somewhere()
    {
        TuningPlace place = TuningPlace.Current;
        Assert.NotEqual(0UL, place.Namespace.Inode);
        Assert.Equal(36, place.BootId.Length);
        Assert.Equal(place, TuningPlace.Current);
    }
}
