using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng doctor` and preflight against limits that were really set.</summary>
public sealed class DoctorTests
{
    private static readonly Launch Narrow =
        new() { Nofile = 400, RefusedCalls = [SyscallFilter.IoUringSetup, SyscallFilter.Unshare] };

    [Fact]
    public void Says_what_limits_this_process_and_why_io_uring_does_not_work()
    {
        Requirement.Descriptors(400);
        using ThrongProcess run = ThrongProcess.Run(Narrow, 0, "doctor", "--json");
        Document document = run.Document();
        Assert.Equal("throng.doctor/1", document.Text("schema"));
        Assert.Equal("descriptors", document.Text("limit"));
        document.Equal(400 - 256, document.Number("possible"), "possible");
        Assert.Contains("io_uring_setup: EPERM", document.Text("plan"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_does_not_fit_ends_with_3_here_and_in_a_run_and_at_once()
    {
        Requirement.Descriptors(400);
        const string Sum = "200 connections need 400 sockets (200 × 2: both ends are here), but 144 are possible";
        using ThrongProcess doctor = ThrongProcess.Run(Narrow, 3, "doctor", "hold", "200");
        Assert.Contains(Sum, doctor.OutputText.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(doctor.ErrorText);
        using ThrongProcess run = ThrongProcess.Run(Narrow, 3, "hold", "200");
        Assert.Contains(Sum, Assert.Single(run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Forced_it_runs_and_the_result_says_what_did_not_fit()
    {
        Requirement.Descriptors(400);
        using ThrongProcess run = ThrongProcess.Run(Narrow, 1, "hold", "200", "--force", "--for", "1s", "--json");
        Document document = run.Document().AddsUp();
        Assert.InRange(document.Number("connections.held"), 1, 144);
        Assert.Contains("\"rule\": \"limit-descriptors\"", run.OutputText, StringComparison.Ordinal);
        Assert.Contains("200 connections need 400 sockets", run.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor", "hold", "10")]
    [InlineData("doctor", "saturate")]
    [InlineData("hold", "10", "--dry-run")]
    public void A_source_that_is_no_address_of_this_host_fits_no_plan(params string[] plan)
    {
        string[] words = [.. plan, "--target", "127.0.0.1:7000", "--source", "192.0.2.77"];
        using ThrongProcess run = ThrongProcess.Run(3, words);
        Assert.Contains("--source 192.0.2.77 is no address of this host", run.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>The groups are not to be seen from there, as under `ip netns exec`, and hold all the same.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("unshare -m sh -c 'umount -l /sys && mount -t sysfs none /sys && exec \"$0\" \"$@\"' ")]
    public void A_memory_limit_of_the_control_group_is_seen(string before)
    {
        string group = $"/sys/fs/cgroup/memory/throng-{Guid.NewGuid():N}";
        Needs.Host(Environment.IsPrivilegedProcess && Directory.Exists("/sys/fs/cgroup/memory"),
            "this needs a memory control group of version 1 and root");
        Directory.CreateDirectory(group);
        try
        {
            File.WriteAllText(group + "/memory.limit_in_bytes", "268435456");
            string script = $"echo $$ > {group}/cgroup.procs && exec {before}\"$0\" \"$@\"";
            using ThrongProcess run = ThrongProcess.Run(
                new Launch { Program = "sh" }, 3, "-c", script, ThrongProcess.ProgramPath, "doctor", "hold", "1m");
            Assert.Contains("(memory.limit_in_bytes)", run.OutputText, StringComparison.Ordinal);
            Assert.Contains("the limit: cgroup memory", run.OutputText, StringComparison.Ordinal);
        }
        finally
        {
            Eventually.Holds(() => TryRemove(group), () => group);
        }
    }

    /// <summary>Whatever a process has no room for, it says so in a line.</summary>
    [Theory]
    [InlineData("hold", "10", "--for", "100ms", "--force")]
    [InlineData("serve", "--for", "100ms", "--engine", "epoll")]
    [InlineData("bench", "--compare", "epoll", "-c", "1", "-n", "1")]
    [InlineData("doctor")]
    public void Too_few_descriptors_are_one_line(params string[] words)
    {
        foreach (int nofile in (int[])[6, 8, 12, 14, 16, 32])
        {
            using ThrongProcess run = ThrongProcess.Start(new Launch { Nofile = nofile }, words);
            Eventually.Holds(() => run.HasExited, run.Story);
            Assert.DoesNotContain("Unhandled", run.ErrorText, StringComparison.Ordinal);
        }
    }

    private static bool TryRemove(string group)
    {
        try
        {
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            return false; // its process has not quite gone
        }
    }
}
