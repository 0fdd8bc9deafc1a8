using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Parts of one plan in processes of their own, merged: what one process does of the whole plan.</summary>
public sealed class SharedPlanTests
{
    // What the plan decides; the rest a busy machine does.
    private static readonly string[] Planned = ["connections.target", "connections.held", "messages.offered"];

    private static readonly string[] Counted =
        ["connections.opened", "connections.lost", "messages.not_sent", "messages.sent", "messages.answered"];

    [Theory]
    [InlineData("query --protocol echo -c 50 --rate 900 --arrivals poisson --for 2s")]
    [InlineData("query --protocol echo -c 7 --rate 900 --arrivals constant --count 1000")]
    [InlineData("churn --life requests --requests 1 --rate 300 --rate 600 --step 1s")]
    [InlineData("monitor -c 20 --rate 400 --for 2s")]
    [InlineData("hold 100 --for 2s")]
    public void Three_parts_are_the_whole(string command)
    {
        (Document whole, Document merged) = Run(command);
        AreAlike(whole, merged, command);
        if (whole.Has("churn.steps"))
        {
            merged.Equal(whole.Length("churn.steps"), merged.Length("churn.steps"), "steps");
        }
    }

    /// <summary>A round that a part cannot begin in time is left out, so a busy machine is given more of it.</summary>
    [Fact]
    public void Rounds_of_three_parts_are_rounds_of_one()
    {
        foreach (int seconds in (int[])[4, 12, 30])
        {
            string command = $"bench -c 6,30 --rounds 2 --every {seconds}s";
            (Document whole, Document merged) = Run(command);
            if (whole.Number("bench.rounds_missed") + merged.Number("bench.rounds_missed") > 0)
            {
                continue;
            }

            AreAlike(whole, merged, command);
            merged.Equal(72 - 12, merged.Number("bench.steps.1.exchanges"), "exchanges with 30 at once");
            return;
        }

        Assert.Fail("even in 30 s a round did not begin in time");
    }

    /// <summary>Documents of a plan in one process, and of the same in three that were merged.</summary>
    private static (Document Whole, Document Merged) Run(string command)
    {
        Requirement.OwnNetwork();
        using EchoServer server = EchoServer.Start("auto");
        string[] words = [.. command.Split(' '), "--target", server.Address, "--seed", "7", "-q", "--json"];
        using ThrongProcess alone = ThrongProcess.Start(words);
        Document whole = Finished(alone);

        DateTime at = DateTime.UtcNow.AddSeconds(10); // by then all three wait for it, also on a busy machine
        string start = at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string[] files = [.. Enumerable.Range(0, 3).Select(_ => Path.GetTempFileName())];
        ThrongProcess[] parts = [.. files.Select((file, at) => ThrongProcess.Start(
            [.. words, "--share", $"{at + 1}/3", "--start-at", start, "--out", file]))];
        Dictionary<string, long> sums = Counted.Where(whole.Has).ToDictionary(count => count, _ => 0L);
        foreach (ThrongProcess part in parts)
        {
            Document document = Finished(part);
            foreach (string count in sums.Keys)
            {
                sums[count] += document.Number(count);
            }

            part.Dispose();
        }

        using ThrongProcess merging = ThrongProcess.Start(["merge", .. files, "--json"]);
        Document merged = merging.Finish();
        foreach (KeyValuePair<string, long> sum in sums)
        {
            merged.Equal(sum.Value, merged.Number(sum.Key), sum.Key);
        }

        merged.Equal(0, merged.Findings("sources-apart") + merged.Findings("parts-missing"), "findings of the merge");
        merged.Equal(3, merged.Length("sources"), "sources");
        Array.ForEach(files, File.Delete);
        return (whole, merged);
    }

    /// <summary>The document of a run that may take some minutes by its own timetable.</summary>
    private static Document Finished(ThrongProcess run)
    {
        _ = run.EndsWithin(TimeSpan.FromMinutes(4));
        return run.Finish();
    }

    private static void AreAlike(Document whole, Document merged, string command)
    {
        foreach (string count in Planned.Where(count => whole.Has(count) && IsPlanned(count, command)))
        {
            merged.Equal(whole.Number(count), merged.Number(count), count);
        }
    }

    [Fact]
    public void A_told_beginning_is_waited_for()
    {
        Requirement.OwnNetwork();
        DateTimeOffset at = DateTimeOffset.UtcNow.AddSeconds(3);
        string start = at.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--for", "100ms", "--start-at", start, "--json");
        Document document = run.Finish();
        DateTimeOffset started = DateTimeOffset.Parse(document.Text("started"), CultureInfo.InvariantCulture);
        Assert.True(started >= at.AddMilliseconds(-1), $"{started:O} before {at:O}");
        Assert.Contains("throng hold: begins at ", run.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold 10 --share 1/3", "throng hold: --share needs --seed N, the same for every part: with another "
        + "seed it is a part of another plan")]
    [InlineData("hold 10 --start-at 2020-01-01T00:00:00Z", "throng hold: --start-at is over since ")]
    [InlineData("hold 10 --start-at 12:00", "throng hold: --start-at: '12:00' is no time: write it with its offset, "
        + "such as 2030-01-31T12:00:00Z")]
    [InlineData("bench --share 1/3 --seed 7", "throng bench: --share needs --start-at, the same moment for every part")]
    [InlineData("saturate --share 1/3 --seed 7", "throng saturate: --share needs --led: what comes next in a search "
        + "depends on what all parts saw")]
    public void What_is_no_part_or_no_time_is_refused(string command, string error)
    {
        using ThrongProcess run = ThrongProcess.Start(command.Split(' '));
        run.Ends(2);
        Assert.StartsWith(error, run.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Lives that are open at the end of a churn are not planned.</summary>
    private static bool IsPlanned(string count, string command) =>
        count != "connections.held" || !command.StartsWith("churn", StringComparison.Ordinal);
}
