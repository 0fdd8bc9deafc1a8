using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Changes made and taken back, on a directory in the place of /proc/sys.</summary>
public sealed class TunerTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly List<ChangeOutcome> _told = [];

    public void Dispose() => _host.Dispose();

    [Fact]
    public void All_is_changed_and_all_is_as_before()
    {
        TuningPlan plan = _host.Tuner.Apply(_host.All, _told.Add);
        Assert.Equal(FakeHost.Before.Count, plan.Changes.Count);
        Assert.All(plan.Changes, change => Assert.Equal(change.To, _host.Now[change.Name]));
        Assert.Equal(plan.Changes.Select(change => new ChangeOutcome(change, ChangeResult.Made)), _told);

        Assert.True(_host.Tuner.Undo(_told.Add));
        Assert.Equal(FakeHost.Before, _host.Now);
        Assert.False(File.Exists(_host.UndoPath));
        Assert.Equal(plan.Changes.Reverse().Select(change => change.Name), _told.Skip(plan.Changes.Count).Select(
            outcome => outcome.Change.Name));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_host.UndoPath)!)); // no lock, no half of a file
    }

    [Fact]
    public void The_undo_file_is_there_before_the_first_change_and_only_its_owner_reads_it()
    {
        bool isFirst = true;
        _host.Tuner.Apply(_host.All, outcome =>
        {
            if (isFirst)
            {
                TuningUndo undo = TuningUndo.TryRead(_host.UndoPath)!;
                Assert.Equal(FakeHost.Before, undo.Changes.ToDictionary(change => change.Name, change => change.From));
                Assert.Single(FakeHost.Before, one => _host.Now[one.Key] != one.Value);
            }

            isFirst = false;
        });
        Assert.False(isFirst);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_host.UndoPath));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Dying_half_way_leaves_a_file_that_restores(int changesMade)
    {
        int made = 0;
        Assert.Throws<InvalidTimeZoneException>(() => _host.Tuner.Apply(_host.All, _ =>
        {
            if (++made == changesMade)
            {
                throw new InvalidTimeZoneException();
            }
        }));
        Assert.Equal(changesMade, FakeHost.Before.Count(one => _host.Now[one.Key] != one.Value));
        Assert.True(_host.Tuner.Undo(_told.Add));
        Assert.Equal(FakeHost.Before, _host.Now);
        Assert.Equal(changesMade, _told.Count(outcome => outcome.Result == ChangeResult.Made));
        Assert.Equal(FakeHost.Before.Count - changesMade, _told.Count(one => one.Result == ChangeResult.Already));
    }

    [Fact]
    public void A_refused_change_is_told_and_the_rest_goes_on()
    {
        _host.Lock("net.core.somaxconn");
        Dictionary<string, string> before = _host.Now;
        TuningPlan plan = _host.Tuner.Apply(_host.All, _told.Add);
        ChangeOutcome refused = Assert.Single(_told, one => one.Result == ChangeResult.Refused);
        Assert.Equal(("net.core.somaxconn", Errno.EACCES), (refused.Change.Name, refused.Errno));
        Assert.Equal("net.core.somaxconn stays 256: permission denied (EACCES); run as root, in a privileged"
            + " container, or in a namespace of your own: unshare -n", refused.Refusal);
        Assert.Equal(plan.Changes.Count - 1, _told.Count(one => one.Result == ChangeResult.Made));

        Assert.True(_host.Tuner.Undo(_ => { }));
        Assert.Equal(before, _host.Now);
    }

    [Fact]
    public void When_all_is_refused_there_is_nothing_to_undo()
    {
        foreach (string name in FakeHost.Before.Keys)
        {
            _host.Lock(name);
        }

        _host.Tuner.Apply(_host.All, _told.Add);
        Assert.NotEmpty(_told);
        Assert.All(_told, outcome => Assert.Equal(ChangeResult.Refused, outcome.Result));
        Assert.False(File.Exists(_host.UndoPath));
    }

    [Fact]
    public void A_bypass_that_is_not_permitted_leaves_nothing_to_undo()
    {
        string nft = Path.Combine(Path.GetDirectoryName(_host.UndoPath)!, "nft");
        File.WriteAllText(nft, "#!/bin/sh\necho 'netlink: Operation not permitted' >&2; exit 1\n");
        File.SetUnixFileMode(nft, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _host.Set("net.netfilter.nf_conntrack_count", "0");
        Tuner tuner = new()
        {
            UndoPath = _host.UndoPath, SysctlRoot = _host.Tuner.SysctlRoot, Place = _host.Place,
            NoTrack = new NoTrack(Path.GetDirectoryName(nft)!) { LegacyTables = [] },
        };
        tuner.Apply(_host.All with { Roles = TuningRoles.Client, HostToo = false }, _told.Add);
        Assert.Equal("inet throng_notrack stays none: nft: netlink: Operation not permitted (EPERM); run as root, in a"
            + " privileged container, or in a namespace of your own: unshare -n", _told[0].Refusal);
        Assert.All(_told.Skip(1), outcome => Assert.Equal(ChangeResult.Made, outcome.Result));
        Assert.True(File.Exists(_host.UndoPath)); // for the rest

        // Not to know whether the table is there is no reason to believe that it is gone.
        Assert.False(tuner.Undo(_ => { }));
        Assert.True(File.Exists(_host.UndoPath));
        Assert.Equal(FakeHost.Before, _host.Now);

        File.Delete(_host.UndoPath);
        foreach (string name in FakeHost.Before.Keys)
        {
            _host.Lock(name);
        }

        _told.Clear();
        tuner.Apply(_host.All with { Roles = TuningRoles.Server, HostToo = false }, _told.Add);
        Assert.All(_told, outcome => Assert.Equal(ChangeResult.Refused, outcome.Result));
        Assert.False(File.Exists(_host.UndoPath));
    }

    [Fact]
    public void A_value_that_cannot_be_taken_back_keeps_the_file()
    {
        _host.Tuner.Apply(_host.All, _ => { });
        _host.Lock("net.core.somaxconn");
        Assert.False(_host.Tuner.Undo(_told.Add));
        Assert.Equal("net.core.somaxconn", Assert.Single(_told, one => one.Result == ChangeResult.Refused).Change.Name);
        Assert.True(File.Exists(_host.UndoPath));

        File.Delete(_host.PathOf("net.core.somaxconn"));
        _host.Set("net.core.somaxconn", "65535");
        Assert.True(_host.Tuner.Undo(_ => { }));
        Assert.Equal(FakeHost.Before, _host.Now);
    }

    [Fact]
    public void Applying_twice_keeps_the_oldest_values()
    {
        _host.Tuner.Apply(_host.All with { Roles = TuningRoles.Server, HostToo = false }, _ => { });
        _host.Set("net.core.somaxconn", "5000");
        _host.Tuner.Apply(_host.All, _told.Add);
        Assert.Contains(_told, outcome => outcome.Change is { Name: "net.core.somaxconn", From: "5000" });
        _told.Clear();
        Assert.Empty(_host.Tuner.Apply(_host.All, _told.Add).Changes);
        Assert.Empty(_told);
        Assert.True(_host.Tuner.Undo(_ => { }));
        Assert.Equal(FakeHost.Before, _host.Now);
    }

    [Fact]
    public void Another_namespace_neither_undoes_nor_overwrites()
    {
        _host.Tuner.Apply(_host.All, _ => { });
        byte[] file = File.ReadAllBytes(_host.UndoPath);
        Dictionary<string, string> changed = _host.Now;
        _host.Place = _host.Place with { Namespace = new NetworkNamespace(4026532200, 13) };
        SetupException undo = Assert.Throws<SetupException>(() => _host.Tuner.Undo(_told.Add));
        Assert.Equal($"{_host.UndoPath} is of another network namespace: net:[4026532177], and this is"
            + " net:[4026532200]", undo.Message);
        _host.Set("net.core.somaxconn", "4096");
        SetupException apply = Assert.Throws<SetupException>(() => _host.Tuner.Apply(_host.All, _told.Add));
        Assert.Contains("another network namespace", apply.Message, StringComparison.Ordinal);
        _host.Set("net.core.somaxconn", "65535");
        Assert.Empty(_told);
        Assert.Equal(changed, _host.Now);
        Assert.Equal(file, File.ReadAllBytes(_host.UndoPath));
    }

    [Fact]
    public void What_was_changed_before_the_last_boot_is_gone()
    {
        _host.Tuner.Apply(_host.All, _ => { });
        _host.Place = _host.Place with { BootId = "next-boot" };
        _host.Set("net.core.somaxconn", "3000");
        Assert.Contains("before the last boot",
            Assert.Throws<SetupException>(() => _host.Tuner.Undo(_told.Add)).Message, StringComparison.Ordinal);
        Assert.Empty(_told);

        _host.Tuner.Apply(_host.All, _told.Add);
        Assert.Equal("3000", Assert.Single(TuningUndo.TryRead(_host.UndoPath)!.Changes).From);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"schema\": \"throng.undo/1\", \"changes\": 7")]
    public void A_damaged_file_stops_everything(string text)
    {
        File.WriteAllText(_host.UndoPath, text);
        foreach (Action action in (Action[])[() => _host.Tuner.Undo(_told.Add),
            () => _host.Tuner.Apply(_host.All, _told.Add)])
        {
            SetupException refused = Assert.Throws<SetupException>(action);
            Assert.Equal($"{_host.UndoPath} is no undo file of throng: it is damaged", refused.Message);
        }

        Assert.Equal(FakeHost.Before, _host.Now);
        Assert.Equal(text, File.ReadAllText(_host.UndoPath));
        Assert.Empty(_told);
    }

    [Fact]
    public void Without_a_file_there_is_nothing_to_undo() => Assert.Contains("nothing to undo",
        Assert.Throws<SetupException>(() => _host.Tuner.Undo(_told.Add)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_place_for_the_file_nothing_is_changed()
    {
        Directory.CreateDirectory(_host.UndoPath + ".part/in-the-way");
        Assert.Contains("cannot write the undo file",
            Assert.Throws<SetupException>(() => _host.Tuner.Apply(_host.All, _told.Add)).Message,
            StringComparison.Ordinal);
        Tuner nowhere = new()
        {
            UndoPath = _host.UndoPath + "/nowhere/x.json", SysctlRoot = _host.Tuner.SysctlRoot, Place = _host.Place,
            NoTrack = new NoTrack(""),
        };
        Assert.Contains("cannot write in",
            Assert.Throws<SetupException>(() => nowhere.Apply(_host.All, _told.Add)).Message, StringComparison.Ordinal);
        Assert.Equal(FakeHost.Before, _host.Now);
        Assert.Empty(_told);
    }

    [Fact]
    public void Two_at_once_are_refused()
    {
        SetupException? second = null;
        _host.Tuner.Apply(_host.All, _ =>
            second ??= Assert.Throws<SetupException>(() => _host.Tuner.Apply(_host.All, _told.Add)));
        Assert.Contains("another throng changes this host", second!.Message, StringComparison.Ordinal);
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData(Errno.EROFS, ChangeScope.Namespace, "read-only in this container")]
    [InlineData(Errno.EINVAL, ChangeScope.Namespace, "does not take that value")]
    [InlineData(Errno.EPERM, ChangeScope.Host, "run as root on the host itself")]
    [InlineData(Errno.EPERM, ChangeScope.Namespace, "unshare -n")]
    public void A_refusal_has_a_remedy(int errno, ChangeScope scope, string remedy) => Assert.Contains(remedy,
        new ChangeOutcome(new Change("net.x", "1", "2", scope, "why"), ChangeResult.Refused, errno, "no").Refusal,
        StringComparison.Ordinal);
}
