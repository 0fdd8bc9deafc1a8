using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the output of `throng doctor --apply` and `--undo`.</summary>
public sealed class DoctorChangesTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    private TuningWish Server => _host.All with { Roles = TuningRoles.Server, HostToo = false };

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_line_for_each_change_and_where_the_values_before_are()
    {
        Assert.Equal(0, Apply(Server));
        Assert.Equal($"""
            net.ipv4.tcp_syncookies 1 -> 0 (a burst of connects is no attack; cookies lose TCP options)
            net.core.somaxconn 4096 -> 65535 (accept queues of a burst of connects)
            net.ipv4.tcp_max_syn_backlog 2048 -> 65536 (half-open connections of a burst of connects)
            values before: {_host.UndoPath}; to take all back: throng doctor --undo --undo-file {_host.UndoPath}

            """, Said());
        Assert.Equal(0, Undo());
        Assert.Equal($"""
            net.ipv4.tcp_max_syn_backlog 65536 -> 2048 (as before)
            net.core.somaxconn 65535 -> 4096 (as before)
            net.ipv4.tcp_syncookies 0 -> 1 (as before)
            all is as before; {_host.UndoPath} is removed

            """, Said());
        Assert.Equal("", _error.ToString());
        Assert.Equal(FakeHost.Before, _host.Now);
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        Assert.Equal(0, Apply(Server, isDryRun: true));
        string[] lines = Said().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal("dry run: nothing was changed", lines[3]);
        Assert.Equal(FakeHost.Before, _host.Now);
        Assert.False(File.Exists(_host.UndoPath));
    }

    [Fact]
    public void A_refusal_is_a_line_on_stderr_and_exit_code_3()
    {
        _host.Lock("net.core.somaxconn");
        Assert.Equal(3, Apply(Server));
        Assert.StartsWith("throng doctor: net.core.somaxconn stays 256: permission denied (EACCES); run as root",
            _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("65536", _host.Now["net.ipv4.tcp_max_syn_backlog"]);
        Assert.DoesNotContain("somaxconn", Said(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_change_is_said()
    {
        Apply(Server);
        Said();
        Assert.Equal(0, Apply(Server));
        Assert.StartsWith("nothing to change for a server: all is good already\nvalues before: ", Said(),
            StringComparison.Ordinal);
        Assert.Equal(3, TuningUndo.TryRead(_host.UndoPath)!.Changes.Count);
    }

    [Fact]
    public void Json_is_one_document()
    {
        _host.Lock("net.core.somaxconn");
        Assert.Equal(3, Apply(Server, json: true));
        JsonElement applied = JsonDocument.Parse(Said()).RootElement;
        Assert.Equal("throng.doctor-changes/1", applied.GetProperty("schema").GetString());
        Assert.Equal(("apply", false, 3, 4026532177), (applied.GetProperty("action").GetString(),
            applied.GetProperty("ok").GetBoolean(), applied.GetProperty("exit_code").GetInt32(),
            applied.GetProperty("namespace_inode").GetInt64()));
        Assert.Equal(_host.UndoPath, applied.GetProperty("undo_file").GetString());
        Assert.Equal(["made", "refused", "made"], Results(applied));
        Assert.Equal("EACCES", applied.GetProperty("changes")[1].GetProperty("errno").GetString());

        Assert.Equal(0, Undo(json: true));
        JsonElement undone = JsonDocument.Parse(Said()).RootElement;
        Assert.Equal(["made", "already", "made"], Results(undone));
        Assert.Equal(JsonValueKind.Null, undone.GetProperty("undo_file").ValueKind);

        Assert.Equal(0, Apply(Server, isDryRun: true, json: true));
        JsonElement planned = JsonDocument.Parse(Said()).RootElement;
        Assert.Equal(["planned", "planned", "planned"], Results(planned));
        Assert.Equal("plan", planned.GetProperty("action").GetString());
    }

    [Theory]
    [InlineData(true, "/state", "/var/lib/throng/undo-7.json")]
    [InlineData(false, "/state", "/state/throng/undo-7.json")]
    [InlineData(false, "", "/homes/ann/.local/state/throng/undo-7.json")]
    [InlineData(false, "relative", "/homes/ann/.local/state/throng/undo-7.json")]
    public void The_usual_place_is_that_of_state(bool isRoot, string state, string path) => Assert.Equal(
        path, DoctorChanges.UsualPath(isRoot, new NetworkNamespace(7, 0), new Dictionary<string, string>
        {
            ["XDG_STATE_HOME"] = state, ["HOME"] = "/homes/ann",
        }));

    private static string[] Results(JsonElement document) =>
        [.. document.GetProperty("changes").EnumerateArray().Select(one => one.GetProperty("result").GetString()!)];

    private int Apply(TuningWish wish, bool isDryRun = false, bool json = false) =>
        DoctorChanges.Apply(_host.Tuner, wish, isDryRun, json, Shell());

    private int Undo(bool json = false) => DoctorChanges.Undo(_host.Tuner, json, Shell());

    private Shell Shell() => new() { Input = Stream.Null, Output = _output, Error = _error };

    /// <summary>Output since the last time it was read.</summary>
    private string Said()
    {
        string text = Encoding.UTF8.GetString(_output.ToArray());
        _output.SetLength(0);
        return text;
    }
}
