using System.Globalization;
using System.Runtime.CompilerServices;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

public sealed class QueryLogTests : IDisposable
{
    private const string Header = "type,timestamp,connection_id,query_id,poisson_id,poisson_interval_us,rtt_us";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_row_is_small() => Assert.InRange(Unsafe.SizeOf<QueryLogRow>(), 1, 40);

    [Fact]
    public void Queries_and_answers_have_the_columns_of_old()
    {
        QueryLogText text = new(offsetNs: 1_795_189_047_000_000_000);
        text.Add(QueryLogRow.Query(294_119_185, 1, 0, 0));
        text.Add(QueryLogRow.Answer(294_249_208, 1, 65_535, 121_999));
        text.Add(QueryLogRow.Query(1_000_000_001, 0, 3, int.MaxValue));
        text.Add(QueryLogRow.Answer(2_000_000_000, 4_000_000_000, 0, 999));
        Assert.Equal(
            """
            Q,1795189047.294119185,1,0,0,,
            A,1795189047.294249208,1,65535,,,121
            Q,1795189048.000000001,0,3,2147483647,,
            A,1795189049.000000000,4000000000,0,,,0

            """,
            System.Text.Encoding.ASCII.GetString(text.Bytes));
    }

    [Fact]
    public void The_longest_row_fits()
    {
        QueryLogText text = new(0);
        while (!text.IsFull)
        {
            text.Add(QueryLogRow.Answer(long.MaxValue, long.MaxValue, ushort.MaxValue, long.MaxValue));
        }

        Assert.EndsWith(",9223372036854775807,65535,,,9223372036854775\n",
            System.Text.Encoding.ASCII.GetString(text.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void All_rows_are_in_the_file_in_order_of_time_and_stamped_with_the_time_of_day()
    {
        const int Rows = 20_000;

        // So that none has settled before all are there, however slowly they come on a busy machine.
        const long AheadNs = 60_000_000_000;
        long beforeNs = Clock.RealtimeNs() + AheadNs;
        QueryLog log = QueryLog.Open(_path, 2);
        using (log)
        {
            long startNs = Clock.NowNs() + AheadNs;
            for (int i = 0; i < Rows; i++)
            {
                Assert.True(log.Ring(0).TryWrite(QueryLogRow.Query(startNs + (2 * i), 0, (ushort)i, i % 7)));
                Assert.True(log.Ring(1).TryWrite(QueryLogRow.Answer(startNs + (2 * i) + 1, 1, (ushort)i, i * 1000)));
            }
        }

        string[] lines = File.ReadAllLines(_path);
        Assert.Equal(Header, lines[0]);
        Assert.Equal(2 * Rows, lines.Length - 1);
        Assert.Equal((2 * Rows, 0, ""), (log.Rows, log.Dropped, log.Failure));
        for (int i = 0; i < Rows; i++)
        {
            string[] query = lines[1 + (2 * i)].Split(',');
            string[] answer = lines[2 + (2 * i)].Split(',');
            Assert.Equal(["Q", "0", $"{i}", $"{i % 7}", "", ""], query.Where((_, column) => column != 1));
            Assert.Equal(["A", "1", $"{i}", "", "", $"{i}"], answer.Where((_, column) => column != 1));
        }

        long loggedNs = (long)(decimal.Parse(lines[1].Split(',')[1], CultureInfo.InvariantCulture) * 1_000_000_000m);
        Assert.InRange(loggedNs, beforeNs - 1_000_000, Clock.RealtimeNs() + AheadNs + 1_000_000);
    }

    [Fact]
    public void Rows_come_to_the_file_while_the_run_goes_on()
    {
        using QueryLog log = QueryLog.Open(_path, 1);
        log.Ring(0).TryWrite(QueryLogRow.Query(Clock.NowNs(), 0, 0, 0));
        Assert.True(SpinWait.SpinUntil(() => log.Rows == 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(2, File.ReadAllLines(_path).Length);
    }

    [Fact]
    public void A_full_ring_counts_what_it_has_no_room_for()
    {
        QueryLogRing ring = new();
        for (int i = 0; i < QueryLogRing.Capacity; i++)
        {
            Assert.True(ring.TryWrite(QueryLogRow.Query(i, 0, 0, 0)));
        }

        Assert.False(ring.TryWrite(default));
        Assert.False(ring.TryWrite(default));
        Assert.Equal(2, ring.Dropped);
        Assert.Equal(QueryLogRing.Capacity, ring.Waiting);
        ring.Take(1);
        Assert.True(ring.TryWrite(QueryLogRow.Query(-1, 0, 0, 0)));
        Assert.Equal(1, ring.Row(0).AtNs);
        Assert.Equal(-1, ring.Row(QueryLogRing.Capacity - 1).AtNs);
    }

    [Fact]
    public async Task A_full_disk_is_remembered_and_told_once_while_rows_go_on_as_dropped()
    {
        string path = "/dev/full";
        SetupException refused = Assert.Throws<SetupException>(() => QueryLog.Open(path, 1));
        Assert.Equal(Errno.ENOSPC, refused.Errno);

        // A pipe takes the header and is broken then.
        File.Delete(_path);
        Needs.Tool("mkfifo");
        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", _path))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Task<FileStream> reader = Task.Run(() => File.OpenRead(_path), TestContext.Current.CancellationToken);
        using QueryLog log = QueryLog.Open(_path, 1);
        await (await reader).DisposeAsync();
        Assert.False(log.TryTakeFailure(out _));
        log.Ring(0).TryWrite(QueryLogRow.Query(Clock.NowNs(), 0, 0, 0));
        Assert.True(SpinWait.SpinUntil(() => log.Failure.Length > 0, TimeSpan.FromMinutes(1)));
        Assert.True(log.TryTakeFailure(out string failure));
        Assert.Equal("broken pipe", failure);
        Assert.False(log.TryTakeFailure(out _));
        Assert.True(log.Ring(0).TryWrite(QueryLogRow.Query(Clock.NowNs(), 0, 1, 0)));
        log.Dispose();
        Assert.Equal((0, 2), (log.Rows, log.Dropped));
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_refused()
    {
        SetupException refused = Assert.Throws<SetupException>(() => QueryLog.Open("/nowhere/x.csv", 1));
        Assert.Equal("cannot write the query log /nowhere/x.csv", refused.Message);
        Assert.Equal(Errno.ENOENT, refused.Errno);
    }

    [Fact]
    public void A_worker_allocates_nothing_for_a_row()
    {
        QueryLogRing ring = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2 * QueryLogRing.Capacity; i++)
        {
            ring.TryWrite(QueryLogRow.Answer(i, i, (ushort)i, i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Written_and_dropped_are_all_there_were_while_two_workers_write()
    {
        const int Rows = 300_000;
        QueryLog log = QueryLog.Open(_path, 2);
        Thread[] workers = [.. Enumerable.Range(0, 2).Select(worker => new Thread(() =>
        {
            for (int i = 0; i < Rows; i++)
            {
                log.Ring(worker).TryWrite(QueryLogRow.Query(Clock.NowNs(), worker, (ushort)i, 0));
            }
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        log.Dispose();
        Assert.Equal(2 * Rows, log.Rows + log.Dropped);
        string[][] lines = [.. File.ReadLines(_path).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(log.Rows, lines.Length);
        foreach (IGrouping<string, string[]> worker in lines.GroupBy(line => line[2]))
        {
            decimal[] times = [.. worker.Select(line => decimal.Parse(line[1], CultureInfo.InvariantCulture))];
            Assert.Equal(times.Order(), times);
        }
    }
}
