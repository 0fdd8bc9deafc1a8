using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng doctor --apply` and `--undo` on a real kernel, each in a network namespace made for it.</summary>
public sealed class HostChangeTests
{
    private const string Table = "inet throng_notrack";

    /// <summary>
    /// Settings that every network namespace has for itself, with the values that both roles give them.
    /// </summary>
    private static readonly Dictionary<string, string> Wanted = new()
    {
        ["net.ipv4.tcp_syncookies"] = "0",
        ["net.core.somaxconn"] = "65535",
        ["net.ipv4.tcp_max_syn_backlog"] = "65536",
        ["net.ipv4.ip_local_port_range"] = "1024\t65535",
        ["net.ipv4.tcp_tw_reuse"] = "1",
        ["net.ipv4.tcp_max_tw_buckets"] = "1048576",
    };

    [Fact]
    public void Both_roles_are_applied_and_taken_back_exactly()
    {
        Needs.Tool("nft");
        using Netns space = new();
        const string Odd = "20000\t20999";
        space.Out("sysctl -qw net.ipv4.ip_local_port_range='20000 20999' net.ipv4.tcp_max_syn_backlog=777"
            + " net.ipv4.ip_local_reserved_ports=8080,20500-20510");
        space.Out("nft 'add table ip somebody; add chain ip somebody input { type filter hook input priority 0; };"
            + " add rule ip somebody input tcp dport 9 counter'");
        Dictionary<string, string> before = Values(space);
        string rules = space.Out("nft list ruleset");
        Assert.Equal(Odd, before["net.ipv4.ip_local_port_range"]);

        using ThrongProcess dry = space.Apply(0, "--dry-run");
        Assert.Equal(before, Values(space));
        Assert.Equal(rules, space.Out("nft list ruleset"));
        using ThrongProcess applied = space.Apply(0);
        Assert.Equal(Wanted, Values(space));
        Assert.Equal("8080,20500-20510", space.Sysctl("net.ipv4.ip_local_reserved_ports"));
        Assert.Contains("notrack", space.Out($"nft list table {Table}"), StringComparison.Ordinal);
        Assert.Contains("net.ipv4.tcp_max_syn_backlog 777 -> 65536 (", applied.OutputText, StringComparison.Ordinal);
        string[] planned = [.. dry.Output.Lines().Where(line => line.Contains(" -> ", StringComparison.Ordinal))];
        Assert.Equal(Wanted.Count + 1, planned.Length);
        Assert.Equal(planned, applied.Output.Lines().Take(planned.Length));

        using ThrongProcess undone = space.Undo(0);
        Assert.Equal(before, Values(space));
        Assert.Equal(rules, space.Out("nft list ruleset"));
        Assert.Empty(Directory.GetFiles(space.Directory));
        using ThrongProcess again = space.Undo(3);
        Assert.Contains("nothing to undo", again.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_are_tracked_before_and_after_and_not_in_between()
    {
        Needs.Tool("nft");
        Needs.Tool("conntrack");
        using Netns space = new();

        // Nothing is tracked in a namespace until a rule asks for it.
        space.Out("nft 'add table ip watch; add chain ip watch input { type filter hook input priority 0; };"
            + " add rule ip watch input ct state new counter'");
        Assert.True(Tracked(space) >= 20, "tracked before");
        space.Out("conntrack -F");
        using ThrongProcess applied = space.Apply(0);
        Assert.Equal(0, Tracked(space));
        using ThrongProcess undone = space.Undo(0);
        Assert.True(Tracked(space) >= 20, "tracked after");
    }

    [Theory]
    [InlineData("type nat hook postrouting priority 100; }; add rule ip other one masquerade", "NAT")]
    [InlineData("type filter hook input priority 0; policy drop; };"
        + " add rule ip other one ct state established accept", "by their state")]
    public void Rules_that_need_tracking_keep_it(string chain, string why)
    {
        Needs.Tool("nft");
        using Netns space = new();
        space.Out($"nft 'add table ip other; add chain ip other one {{ {chain}'");
        string rules = space.Out("nft list ruleset");
        using ThrongProcess applied = space.Apply(0);
        Assert.Equal(rules, space.Out("nft list ruleset"));
        Assert.Equal(Wanted, Values(space));
        string note = Assert.Single(
            applied.Output.Lines(), line => line.StartsWith("note: ", StringComparison.Ordinal));
        Assert.Contains(why, note, StringComparison.Ordinal);
        using ThrongProcess undone = space.Undo(0);
    }

    [Fact]
    public void A_setting_that_cannot_be_written_is_told_and_the_rest_is_made_and_taken_back()
    {
        Needs.Tool("unshare");
        using Netns space = new();
        Dictionary<string, string> before = Values(space);
        const string File = "/proc/sys/net/core/somaxconn";
        const string Mounts = $"mount --bind {File} {File} && mount -o remount,bind,ro {File}";
        Launch readOnly = new() { Before = $"{space.Before}unshare -m sh -c '{Mounts} && exec \"$0\" \"$@\"' " };
        using ThrongProcess applied = ThrongProcess.Run(
            readOnly, 3, "doctor", "--apply", "--json", "--undo-file", space.UndoPath);
        Assert.StartsWith($"throng doctor: net.core.somaxconn stays {before["net.core.somaxconn"]}: read-only file"
            + " system (EROFS); ", Assert.Single(applied.Error.Lines()), StringComparison.Ordinal);
        Document document = applied.Document();
        Assert.Equal("throng.doctor-changes/1", document.Text("schema"));
        document.Equal(3, document.Number("exit_code"), "exit code");
        Dictionary<string, string> half = new(Wanted)
        {
            ["net.core.somaxconn"] = before["net.core.somaxconn"],
        };
        Assert.Equal(half, Values(space));
        using ThrongProcess undone = space.Undo(0);
        Assert.Equal(before, Values(space));
    }

    [Fact]
    public void One_role_after_the_other_is_taken_back_at_once()
    {
        using Netns space = new();
        Dictionary<string, string> before = Values(space);
        using ThrongProcess server = space.Apply(0, "--role", "server");
        Assert.Equal(before["net.ipv4.tcp_tw_reuse"], space.Sysctl("net.ipv4.tcp_tw_reuse"));
        space.Out("sysctl -qw net.core.somaxconn=9999");
        using ThrongProcess client = space.Apply(0, "--role", "client");
        Assert.Equal("9999", space.Sysctl("net.core.somaxconn"));
        using ThrongProcess both = space.Apply(0);
        Assert.Equal(Wanted, Values(space));
        using ThrongProcess undone = space.Undo(0);
        Assert.Equal(before, Values(space));
    }

    [Fact]
    public void Another_namespace_is_not_changed_by_an_undo_file()
    {
        using Netns space = new();
        using Netns other = new();
        Dictionary<string, string> before = Values(other);
        using ThrongProcess applied = space.Apply(0, "--role", "server");
        string[] undo = ["doctor", "--undo", "--undo-file", space.UndoPath];
        using ThrongProcess wrong = other.Throng(3, undo);
        Assert.Contains("is of another network namespace", wrong.ErrorText, StringComparison.Ordinal);
        Assert.Equal(before, Values(other));
        Assert.Equal("65535", space.Sysctl("net.core.somaxconn"));
        using ThrongProcess right = space.Undo(0);
        Assert.Equal(before["net.core.somaxconn"], space.Sysctl("net.core.somaxconn"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"$real\" \"$@\";")]
    public void Killed_after_the_undo_file_leaves_a_file_that_restores(string firstThen)
    {
        Needs.Tool("nft");
        using Netns space = new();
        Dictionary<string, string> before = Values(space);

        // An nft that hangs before or after it made the table, the first change of all.
        string started = Path.Combine(space.Directory, "started");
        string nft = Path.Combine(space.Directory, "nft");
        File.WriteAllText(nft, $"""
            #!/bin/bash
            real=$(PATH=/usr/sbin:/sbin:/usr/bin command -v nft)
            if [[ $1 != -f ]]; then exec "$real" "$@"; fi
            {firstThen}
            echo $$ >{started}.part; mv {started}.part {started}
            exec sleep 60

            """);
        File.SetUnixFileMode(nft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Launch hanging = new()
        {
            Before = $"{space.Before}env PATH={space.Directory}:$PATH ",
        };
        using ThrongProcess applied = ThrongProcess.Start(hanging, "doctor", "--apply", "--undo-file", space.UndoPath);
        Eventually.Holds(() => File.Exists(started), applied.Story);
        applied.Signal(ThrongProcess.SIGKILL);
        int sleeping = int.Parse(File.ReadAllText(started), CultureInfo.InvariantCulture);
        space.Out($"kill {sleeping}");
        applied.Ends(128 + ThrongProcess.SIGKILL);

        Assert.True(File.Exists(space.UndoPath));
        Assert.Equal(firstThen.Length > 0 ? 0 : 1, space.Shell($"nft list table {Table}").Exit);
        using ThrongProcess undone = space.Undo(0);
        Assert.Equal(before, Values(space));
        Assert.Equal("", space.Out("nft list ruleset"));
        Assert.False(File.Exists(space.UndoPath));
    }

    private static Dictionary<string, string> Values(Netns space) =>
        Wanted.Keys.ToDictionary(name => name, space.Sysctl);

    /// <summary>How many entries twenty connections leave in the namespace's table.</summary>
    private static int Tracked(Netns space)
    {
        using ThrongProcess load = space.Throng(0, "hold", "20", "--for", "200ms", "-q");
        return int.Parse(space.Out("conntrack -C"), CultureInfo.InvariantCulture);
    }
}
