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
        using ThrongProcess run = ThrongProcess.Run(Narrow, 0, "hold", "200", "--force", "--for", "1s", "--json");
        Document document = run.Document().AddsUp();
        Assert.InRange(document.Number("connections.held"), 1, 144);
        Assert.Contains("\"rule\": \"limit-descriptors\"", run.OutputText, StringComparison.Ordinal);
        Assert.Contains("200 connections need 400 sockets", run.OutputText, StringComparison.Ordinal);
    }
}
