using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Alone, after the parallel tests: a table that was copied keeps every socket of the others open, so that their
/// close() would send nothing.
/// </summary>
[CollectionDefinition(nameof(DescriptorTableTests), DisableParallelization = true)]
[Collection(nameof(DescriptorTableTests))]
public sealed class DescriptorTableTests
{
    [Fact]
    public void A_thread_that_unshares_has_a_table_of_its_own()
    {
        int unshared = -1;
        int[] inWorker = [];
        Thread worker = new(() =>
        {
            _ = Threads.BlockSignals();
            unshared = Descriptors.Unshare();
            if (unshared == 0)
            {
                // Left open: the end of the thread closes its table.
                inWorker = [.. Enumerable.Range(0, 400).Select(_ => Descriptors.OpenEvent())];
            }
        });

        worker.Start();
        worker.Join();
        Needs.Host(unshared >= 0, $"unshare: {Errno.Name(unshared)}");

        // The highest of 400 is a number that main's table does not have.
        Assert.DoesNotContain(inWorker, fd => fd < 0);
        Assert.Equal(-Errno.EBADF, Descriptors.Signal(inWorker[^1]));
    }

    [Fact]
    public void A_closed_socket_stays_open_in_a_copied_table()
    {
        int shared = Descriptors.OpenEvent();
        int unshared = -1;
        int written = 0;
        using ManualResetEventSlim copied = new();
        using ManualResetEventSlim closed = new();
        Thread worker = new(() =>
        {
            unshared = Descriptors.Unshare();
            copied.Set();
            closed.Wait();
            written = Descriptors.Signal(shared);
        });
        worker.Start();
        copied.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, Descriptors.Close(shared));
        closed.Set();
        worker.Join();
        Needs.Host(unshared >= 0, $"unshare: {Errno.Name(unshared)}");

        Assert.Equal(8, written);
    }
}
