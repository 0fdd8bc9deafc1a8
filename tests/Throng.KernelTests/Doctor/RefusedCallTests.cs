using Xunit;

namespace Throng.KernelTests;

/// <summary>Where a seccomp filter refuses what the program would like best, as in containers.</summary>
public sealed class RefusedCallTests
{
    private static readonly Launch Container =
        new() { Nofile = 20_000, RefusedCalls = [SyscallFilter.IoUringSetup, SyscallFilter.Unshare] };

    [Fact]
    public void What_does_not_fit_one_table_is_refused_with_its_sum()
    {
        Requirement.Descriptors(20_000);
        using ThrongProcess run = ThrongProcess.Run(Container, 3, "hold", "10k", "--for", "1s", "--json");
        string line = Assert.Single(run.Error.Lines());
        const string Sum = "10,000 connections need 20,000 sockets (10,000 × 2: both ends are here), but 19,744 are"
            + " possible: one table of 20,000 descriptors (RLIMIT_NOFILE) - 256 reserved";
        Assert.Contains(Sum, line, StringComparison.Ordinal);
        Document document = run.Document();
        Assert.Contains(Sum, document.Text("error.what"), StringComparison.Ordinal);
        document.Equal(3, document.Number("error.exit_code"), "exit code");
    }

    [Fact]
    public void What_fits_works_on_epoll_and_says_why()
    {
        Requirement.Descriptors(20_000);
        using ThrongProcess run = ThrongProcess.Run(Container, 0, "hold", "5k", "--until-held", "--json");
        Document document = run.Document().AddsUp();
        document.Equal(5_000, document.Number("connections.peak"), "peak");
        document.Equal(5_000, document.Number("connections.held"), "held");
        Assert.Equal("epoll", document.Text("host.engine"));
        Assert.Contains("io_uring_setup", document.Text("host.engine_reason"), StringComparison.Ordinal);
        Assert.Contains("EPERM", document.Text("host.engine_reason"), StringComparison.Ordinal);
    }

    [Fact]
    public void Io_uring_by_name_is_refused_with_the_first_thing_that_failed()
    {
        using ThrongProcess run = ThrongProcess.Run(
            Container with { Nofile = 0 }, 3, "hold", "10", "--engine", "uring", "--json");
        Assert.Contains("io_uring_setup", Assert.Single(run.Error.Lines()), StringComparison.Ordinal);
        Assert.Contains("io_uring_setup", run.Document().Text("error.what"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_io_uring_alone_ten_thousand_fit_tables_of_their_own()
    {
        Requirement.Descriptors(20_000);
        using ThrongProcess run = ThrongProcess.Run(
            Container with { RefusedCalls = [SyscallFilter.IoUringSetup] }, 0, "hold", "10k", "--until-held", "--json");
        Document document = run.Document().AddsUp();
        document.Equal(10_000, document.Number("connections.held"), "held");
        Assert.Equal("epoll", document.Text("host.engine"));
    }
}
