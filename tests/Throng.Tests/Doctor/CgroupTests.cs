using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Control groups of both versions, from recorded files.</summary>
public sealed class CgroupTests
{
    private const string MountsTwo = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    private const string MountsOne = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
        + "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
        + "35 31 0:32 /docker/ab /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

    private const string MembershipOne = "8:pids:/x\n4:memory:/docker/ab/inner\n1:cpu,cpuacct:/docker/ab\n0::/\n";

    private const string NoLimit = "9223372036854771712\n";

    [Fact]
    public void Version_2_takes_the_tightest_group_on_the_way_up()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/fs/cgroup/a.slice/b.scope/memory.max"] = "max\n",
            ["/sys/fs/cgroup/a.slice/b.scope/cpu.max"] = "max 100000\n",
            ["/sys/fs/cgroup/a.slice/b.scope/pids.max"] = "100\n",
            ["/sys/fs/cgroup/a.slice/b.scope/pids.current"] = "7\n",
            ["/sys/fs/cgroup/a.slice/memory.max"] = "536870912\n",
            ["/sys/fs/cgroup/a.slice/memory.current"] = "100000000\n",
            ["/sys/fs/cgroup/a.slice/memory.stat"] = "anon 5\ninactive_file 40000000\nactive_file 9\n",
            ["/sys/fs/cgroup/a.slice/cpu.max"] = "150000 100000\n",
            ["/sys/fs/cgroup/a.slice/pids.max"] = "200\n",
            ["/sys/fs/cgroup/a.slice/pids.current"] = "150\n",
        };
        CgroupLimits limits = Cgroup.Read("0::/a.slice/b.scope\n", MountsTwo, files.GetValueOrDefault);
        CgroupLimits expected = new()
        {
            Version = 2, MemoryMaxBytes = 536_870_912, MemoryUsedBytes = 60_000_000,
            MemoryFolder = "/sys/fs/cgroup/a.slice", Cpus = 1.5, PidsMax = 200, PidsUsed = 150,
        };
        Assert.Equal(expected, limits);
        Assert.Equal("memory.max", limits.MemorySetting);
    }

    [Fact]
    public void Version_1_has_a_mount_for_each_controller_and_other_names()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/fs/cgroup/memory/inner/memory.limit_in_bytes"] = NoLimit,
            ["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "2147483648\n",
            ["/sys/fs/cgroup/memory/memory.usage_in_bytes"] = "500\n",
            ["/sys/fs/cgroup/memory/memory.stat"] = "inactive_file 7\ntotal_inactive_file 200\n",
            ["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "50000\n",
            ["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us"] = "100000\n",
        };
        CgroupLimits limits = Cgroup.Read(MembershipOne, MountsOne, files.GetValueOrDefault);
        CgroupLimits expected = new()
        {
            Version = 1, MemoryMaxBytes = 2_147_483_648, MemoryUsedBytes = 300,
            MemoryFolder = "/sys/fs/cgroup/memory", Cpus = 0.5,
        };
        Assert.Equal(expected, limits);
        Assert.Equal("memory.limit_in_bytes", limits.MemorySetting);
        Assert.Equal("cpu.cfs_quota_us", limits.CpuSetting);
    }

    /// <summary>As under `ip netns exec`, started by a shell with a bracket in its name.</summary>
    [Fact]
    public void Where_they_are_not_mounted_here_they_are_looked_for_above()
    {
        Dictionary<string, string> files = new()
        {
            ["/proc/self/mountinfo"] = "90 80 0:25 / /sys rw - sysfs x rw\n",
            ["/proc/self/stat"] = "300 (throng) S 200 300 100 0",
            ["/proc/200/mountinfo"] = "90 80 0:25 / /sys rw - sysfs x rw\n",
            ["/proc/200/stat"] = "200 (a) sh) S 100 200 100 0",
            ["/proc/100/mountinfo"] = MountsTwo,
            ["/proc/100/root/sys/fs/cgroup/a.slice/memory.max"] = "536870912\n",
        };
        string mounts = Cgroup.Mounts(files.GetValueOrDefault, out string root);
        CgroupLimits limits = Cgroup.Read("0::/a.slice\n", mounts, path => files.GetValueOrDefault(root + path));
        Assert.Equal(536_870_912, limits.MemoryMaxBytes);
        Assert.Equal("/sys/fs/cgroup/a.slice", limits.MemoryFolder);

        files["/proc/100/mountinfo"] = "";
        files["/proc/100/stat"] = "100 (init) S 0 100 100 0";
        Assert.Equal(files["/proc/self/mountinfo"], Cgroup.Mounts(files.GetValueOrDefault, out root));
        Assert.Equal("", root);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("0::/\n")]
    public void Without_files_or_groups_nothing_is_limited(string membership)
    {
        CgroupLimits limits = Cgroup.Read(membership, MountsTwo, _ => null);
        Assert.Equal(CgroupLimits.None with { Version = limits.Version }, limits);
    }

    [Fact]
    public void Folders_go_from_the_own_group_to_the_root_of_the_mount()
    {
        Assert.Equal(
            ["/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup"],
            Cgroup.Groups("0::/a/b", MountsTwo, "memory"));
        Assert.Equal(["/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory"],
            Cgroup.Groups(MembershipOne, MountsOne, "memory"));
        Assert.Empty(Cgroup.Groups(MembershipOne, MountsOne, "pids"));
        Assert.Equal(["/sys/fs/cgroup"], Cgroup.Groups("0::/", MountsTwo, "cpu"));
    }

    [Theory]
    [InlineData("max 100000", null)]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("400000 100000", 4.0)]
    [InlineData("1", null)]
    [InlineData("1 0", null)]
    [InlineData("", null)]
    public void Cpu_max_is_cpus_worth_of_time(string text, double? cpus) =>
        Assert.Equal(cpus, Cgroup.ParseCpuMax(text));

    [Theory]
    [InlineData("max", null)]
    [InlineData("-1\n", null)]
    [InlineData(NoLimit, null)]
    [InlineData("512\n", 512L)]
    [InlineData("", null)]
    public void A_limit_is_a_number_or_none(string text, long? limit) => Assert.Equal(limit, Cgroup.ParseLimit(text));

    [Fact]
    public void This_host_can_be_read()
    {
        CgroupLimits limits = Cgroup.Read();
        Assert.InRange(limits.Version, 0, 2);
        Assert.True(limits.MemoryMaxBytes is null or > 0);
    }
}
