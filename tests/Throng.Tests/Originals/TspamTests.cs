using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>tspam: words, bad input, and its lines from results that are made up.</summary>
public sealed class TspamTests
{
    [Theory]
    [InlineData(0, "0ns")]
    [InlineData(999, "999ns")]
    [InlineData(94_700, "94.7µs")]
    [InlineData(153_027, "153.027µs")]
    [InlineData(1_479_895, "1.479895ms")]
    [InlineData(2_000_000, "2ms")]
    [InlineData(30_000_000_000, "30s")]
    [InlineData(1_000_000_001, "1.000000001s")]
    public void Times_are_written_as_rust_writes_them(long ns, string text) =>
        Assert.Equal(text, RustDuration.Text(ns));

    [Theory]
    [InlineData("rate -r x", "error: Invalid value for '--rate <rate>...': invalid digit found in string")]
    [InlineData("rate -r 0", "error: Invalid value for '--rate <rate>...': a rate is above 0")]
    [InlineData("rate -r 4294967296",
        "error: Invalid value for '--rate <rate>...': number too large to fit in target type")]
    [InlineData("rate -h localhost", "error: Invalid value for '--host <host>': invalid IP address syntax")]
    [InlineData("server -p 65536", "error: Invalid value for '--port <port>': number too large to fit in target type")]
    [InlineData("server -a 0", "error: Invalid value for '--acceptors <acceptors>': 0 would listen on nothing")]
    [InlineData("saturate --increment 1",
        "error: Invalid value for '--increment <increment>': the rate would never rise: it is above 1")]
    [InlineData("saturate -s x", "error: Invalid value for '--slowdown <slowdown>': invalid float literal")]
    [InlineData("rate -p", "error: The argument '--port <port>' requires a value but none was supplied")]
    [InlineData("rate -p 1 -p 2", "error: The argument '--port <port>' was provided more than once, "
        + "but cannot be used multiple times")]
    [InlineData("rate -r 1 -I ::1", "error: Invalid value for '--local-ip <local-ip>...': "
        + "it is not of the family of 127.0.0.1")]
    [InlineData("rate --foo", "error: Found argument '--foo' which wasn't expected, or isn't valid in this context")]
    [InlineData("spam", "error: Found argument 'spam' which wasn't expected, or isn't valid in this context")]
    [InlineData("rate -r 1 -c no-such-file", "[ERROR tspam] Fatal error: cannot read no-such-file: "
        + "No such file or directory (os error 2)")]
    public void Bad_input_ends_with_1(string words, string error)
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run(["as", "tspam", .. words.Split(' ')]));
        Assert.Equal(error, shell.Error.Split('\n')[0]);
        Assert.Equal("", shell.Out);
    }

    [Fact]
    public void Rates_become_a_churn_of_steps()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "tspam", "rate", "-h", "10.0.0.5", "-p=99", "-r", "50", "60", "--rate=70",
            "-l2", "-o", "3", "-I", "10.0.0.1", "-I", "10.0.0.2"));
        ChurnSpec churn = shell.Churn!;
        Assert.Equal("10.0.0.5:99", churn.Targets[0].ToString());
        Assert.Equal("10.0.0.1 10.0.0.2", string.Join(' ', churn.Sources));
        Assert.Equal([50, 0, 60, 0, 70], churn.Profile.Segments.Select(step => step.FromPerSecond));
        Assert.Equal([2, 3, 2, 3, 2], churn.Profile.Segments.Select(step => step.DurationNs / 1_000_000_000));
        Assert.Equal((ChurnLife.Exchange, 30_000_000_000, 0), (churn.Life, churn.TimeoutNs, churn.Expects.BytesMin));
        Assert.True(shell.Live.Spec.Force);
    }

    [Theory]
    [InlineData("rate", "[WARN tspam] nothing to do: no --rate is given\n")]
    [InlineData("rate -l 0 -r 50 60", "[WARN tspam] No samples for rate 50\n[WARN tspam] No samples for rate 60\n")]
    public void Where_there_is_nothing_to_do_it_says_so_and_ends_well(string words, string error)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(["as", "tspam", .. words.Split(' ')]));
        Assert.Null(shell.Churn);
        Assert.Equal("", shell.Out);
        Assert.Equal(error, shell.Error);
    }

    [Fact]
    public void The_search_is_one_pass_upwards()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "tspam", "saturate", "-r", "100", "-i", "1.5", "-s", "3", "-l", "4"));
        SaturateSpec saturate = shell.Saturate!;
        Assert.True(saturate.Once);
        Assert.Equal((100, 1.5, 3), (saturate.Plan.StartPerSecond, saturate.Plan.Increment, saturate.Rule.Slowdown));
        Assert.Equal((4_000_000_000, 0), (saturate.StepNs, saturate.CooldownNs));
    }

    [Fact]
    public void The_server_answers_with_its_content_and_never_closes_what_is_silent()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "hello");
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(0, shell.Run("as", "tspam", "server", "-l", "::", "-c", path));
        File.Delete(path);
        ServeSpec serve = shell.Serve!;
        Assert.Equal(new ListenAddress(Linux.SockAddr.Any6.WithPort(2345), true), serve.Listen[0]);
        Assert.Equal((ServeMode.Exchange, 20_480), (serve.Mode, serve.Backlog));
        Assert.Equal("hello"u8.ToArray(), serve.Exchange.Content);
        Assert.Equal(0, serve.Exchange.IdleTimeoutNs);
    }

    [Fact]
    public void A_line_takes_the_places_of_the_sorted_list()
    {
        Histogram lives = new();
        foreach (long us in (long[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
        {
            lives.Record(us * 1000);
        }

        // Sorted from 0, place 5 is 6 us and place 9 the last; a histogram errs by less than 0.1 % upwards.
        Assert.Equal("Rate 50 (10 samples):\tmin 1µs,\tmax 1ms,\tmean: 6.003µs,\t90th: 1ms\n",
            TspamLine.Render(50, LatencySummary.From(lives)));
    }

    [Fact]
    public void Steps_of_a_rate_are_lines_and_what_has_no_sample_is_told()
    {
        RunDocument document = new CliRun().Document("duration") with
        {
            Own = new Section { ["steps"] = Node.ListOf(Step(50, 100, 0), Step(60, 97, 3), Step(70, 0, 5)) },
        };
        Ending ending = new TspamRateFace().End(document, 0);
        Assert.Equal("Rate 50 (100 samples):\tmin 1µs,\tmax 1µs,\tmean: 1µs,\t90th: 1µs\n"
            + "Rate 60 (97 samples):\tmin 1µs,\tmax 1µs,\tmean: 1µs,\t90th: 1µs\n", ending.Out);
        Assert.Equal(
            [
                "[ERROR tspam] 4 of 101 connections at rate 60 without a sample: refused 3, not_sent 1",
                "[ERROR tspam] 6 of 6 connections at rate 70 without a sample: refused 5, not_sent 1",
                "[WARN tspam] No samples for rate 70",
            ],
            ending.Errors);
        Assert.Equal(0, ending.ExitCode);
        Assert.Equal(130, new TspamRateFace().End(document, 2).ExitCode);
    }

    [Fact]
    public void The_first_step_of_a_search_is_the_base_and_the_last_the_saturated_one()
    {
        OnceSearch search = new(100, 2, 2);
        foreach (long us in (long[])[1, 2, 9])
        {
            search.Add(new StepFigures
            {
                RatePerSecond = 0, Seconds = 1, Due = 10, Ok = 10, LifeP50Ns = us * 1000,
                Life = LatencySummary.From(Lives(us, 10)),
            });
        }

        Ending ending = new TspamSaturateFace().End(
            new CliRun().Document("duration") with { Result = search.Result }, 0);
        Assert.Equal("Base Rate 100 (10 samples):\tmin 1µs,\tmax 1µs,\tmean: 1µs,\t90th: 1µs\n"
            + "Rate 200 (10 samples):\tmin 2µs,\tmax 2µs,\tmean: 2µs,\t90th: 2µs\n"
            + "Saturated at Rate 400 (10 samples):\tmin 9µs,\tmax 9µs,\tmean: 9µs,\t90th: 9µs\n", ending.Out);
        Assert.Empty(ending.Errors);
    }

    [Fact]
    public void A_search_without_samples_is_fatal()
    {
        OnceSearch search = new(100, 2, 2);
        search.Add(new StepFigures { RatePerSecond = 0, Seconds = 1, Due = 10, Refused = 10 });
        Ending ending = new TspamSaturateFace().End(
            new CliRun().Document("duration") with { Result = search.Result }, 0);
        Assert.Equal("", ending.Out);
        Assert.Equal("[ERROR tspam] Fatal error: No samples", ending.Errors[^1]);
        Assert.Equal(1, ending.ExitCode);
    }

    private static Section Step(double rate, long ok, long refused) => new()
    {
        ["rate_per_s"] = rate,
        ["due"] = ok + refused + (refused > 0 ? 1 : 0),
        ["attempted"] = ok + refused,
        ["not_sent"] = refused > 0 ? 1 : 0,
        ["outcomes"] = new Section { ["ok"] = ok, ["refused"] = refused },
        ["life_ns"] = LatencySummary.From(Lives(1, ok)),
    };

    private static Histogram Lives(long us, long count)
    {
        Histogram lives = new();
        lives.Record(us * 1000, count);
        return lives;
    }
}
