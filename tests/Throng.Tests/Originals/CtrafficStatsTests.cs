using System.Text;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>Saved statistics of ctraffic, as either program or jq wrote them, and the tables of them.</summary>
public sealed class CtrafficStatsTests
{
    private const long MillisecondNs = 1_000_000;

    /// <summary>As the original's documentation prints it, through jq.</summary>
    private const string Documented = """
        {
          "Started": "2019-01-21T08:40:08.293474852Z",
          "Duration": 59993832043,
          "Rate": 100,
          "Connections": 200,
          "PacketSize": 1024,
          "FailedConnections": 0,
          "Sent": 5994,
          "Received": 5994,
          "Dropped": 0,
          "Retransmits": 0,
          "FailedConnects": 0
        }

        """;

    [Fact]
    public void An_old_file_is_read_and_written_again_as_the_original_wrote_it()
    {
        CtrafficStats stats = Read(Documented);
        Assert.Equal(
            "{\"Started\":\"2019-01-21T08:40:08.293474852Z\",\"Duration\":59993832043,\"Rate\":100,"
                + "\"Connections\":200,\"PacketSize\":1024,\"FailedConnections\":0,\"Sent\":5994,\"Received\":5994,"
                + "\"Dropped\":0,\"Retransmits\":0,\"FailedConnects\":0}\n",
            stats.ToJson());
    }

    [Fact]
    public void Names_in_another_case_rounded_numbers_and_what_follows_do_not_matter()
    {
        CtrafficStats stats = Read(
            "{\"duration\":5,\"connstats\":[{\"Ended\":-9223372036854776000,\"Extra\":{}}],\"samples\":null} {");
        Assert.Equal(5, stats.Duration);
        Assert.Equal(long.MinValue, Assert.Single(stats.ConnStats).Ended);
        Assert.Empty(stats.Samples);
    }

    [Theory]
    [InlineData("", "EOF")]
    [InlineData(" \n", "EOF")]
    [InlineData("Conn act/fail/connecting: 1/0/0\n{}", "invalid character 'C' looking for beginning of value")]
    [InlineData("{\"Duration\":", "no JSON from line 1")]
    [InlineData("{\"Duration\":\"5\"}", "a value is not of the kind")]
    [InlineData("{\"Started\":5}", "a value is not of the kind")]
    [InlineData("{\"Samples\":{}}", "a value is not of the kind")]
    public void What_is_no_statistics_is_said_with_the_place(string text, string says)
    {
        Assert.False(CtrafficStatsReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out string error));
        Assert.StartsWith(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Throughput_is_KB_received_between_two_samples()
    {
        CtrafficStats stats = new()
        {
            PacketSize = 100,
            Samples =
            [
                new(1_001_000_000, 60, 50, 0), new(2_001_627_660, 120, 110, 0), new(3_001_627_660, 190, 110, 0),
                new(4_001_627_660, 190, 5_000_000_000, 0),
            ],
        };
        Assert.Equal(
            "Time Throughput\n1.50131383 4.996863668549798\n2.50162766 0\n3.50162766 4.88281239e+08\n",
            Table(stats, "throughput"));
        Assert.Equal("No samples found", Refused(new CtrafficStats(), "throughput"));

        // Go adds whole seconds and the fraction; the quotient ends in another digit.
        CtrafficStats rounded = stats with { Samples = [new(1_000_881_601, 1, 1, 0), new(2_000_881_601, 2, 2, 0)] };
        Assert.Equal("Time Throughput\n1.5008816010000001 0\n", Table(rounded, "throughput"));
    }

    [Fact]
    public void Connections_of_a_server_that_was_killed_and_came_back()
    {
        Assert.Equal(
            """
            Time Active New Failed Connecting
            0.5 200 200 0 0
            1.5 200 0 0 0
            2.5 200 0 0 0
            3.5 200 0 0 0
            4.5 117 83 83 83
            5.5 0 117 117 200
            6.5 171 0 0 29
            7.5 200 0 0 0
            8.5 200 0 0 0

            """,
            Table(Killed(), "connections"));
    }

    [Fact]
    public void Hosts_with_what_they_lost_and_kept()
    {
        Assert.Equal(
            "Lost connections: 200\n  vm 200\nLasting connections: 200\n  ab 83\n  vm 117\n", Table(Killed(), "hosts"));
        Assert.Equal("Lost connections: 0\nLasting connections: 0\n", Table(Read(Documented), "hosts"));
    }

    [Fact]
    public void A_connection_that_never_ended_is_an_error_and_a_place_nobody_used_is_none()
    {
        CtrafficSlot open = new() { Started = 1, Connect = 2 };
        Assert.Equal("A connection has never ended",
            Refused(new CtrafficStats { Duration = 1, ConnStats = [open] }, "connections"));
        Assert.Equal("Time Active New Failed Connecting\n0.5 1 1 0 0\n", Table(
            new CtrafficStats
            {
                Duration = 1500 * MillisecondNs,
                ConnStats = [new CtrafficSlot(), open with { Ended = long.MinValue }],
            },
            "connections"));
    }

    [Fact]
    public void The_command_prints_the_table_of_what_is_on_standard_input()
    {
        CliShell shell = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(Killed().ToJson())) };
        Assert.Equal(0, shell.Run("as", "ctraffic", "-stat_file", "-", "-analyze", "hosts"));
        Assert.Equal(Table(Killed(), "hosts"), shell.Out);
        CliShell summary = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(Documented)) };
        Assert.Equal(0, summary.Run("as", "ctraffic", "-stat_file=-", "-analyze=connections"));
        Assert.Equal(60, summary.Out.Split('\n').Length - 1);
        Assert.Contains("-stats all writes them", summary.Error, StringComparison.Ordinal);
    }

    /// <summary>200 connections: 83 were lost in the fifth second, the others in the sixth; all came back.</summary>
    private static CtrafficStats Killed()
    {
        List<CtrafficSlot> slots = [];
        for (int i = 0; i < 200; i++)
        {
            long lostNs = (i < 83 ? 4500 : 5500) * MillisecondNs;
            slots.Add(new CtrafficSlot { Started = 9, Connect = 99, Ended = lostNs, Err = "EOF", Host = "vm" });
            slots.Add(new CtrafficSlot
            {
                Started = lostNs, Connect = (i < 171 ? 6500 : 7500) * MillisecondNs, Ended = 10_000 * MillisecondNs,
                Host = i < 83 ? "ab" : "vm",
            });
        }

        return new CtrafficStats
        {
            Duration = 9_990 * MillisecondNs, ConnStats = [.. slots.OrderBy(slot => slot.Started)],
        };
    }

    private static CtrafficStats Read(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        bool isRead = CtrafficStatsReader.TryRead(text, out CtrafficStats stats, out string why);
        Assert.True(isRead, why);
        return stats;
    }

    private static string Table(CtrafficStats stats, string name)
    {
        string table = CtrafficAnalysis.Render(stats, name, out string error);
        Assert.Equal("", error);
        return table;
    }

    private static string Refused(CtrafficStats stats, string name)
    {
        _ = CtrafficAnalysis.Render(stats, name, out string error);
        return error;
    }
}
