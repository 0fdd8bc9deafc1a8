using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Whole examinations: what they come to, as text and as JSON, and what preflight makes of them.</summary>
public sealed class ExaminationTests
{
    public static TheoryData<string> Names => [.. RecordedHost.All.Keys];

    [Fact]
    public void A_pod_and_a_plan_are_drawn_as_agreed() =>
        GoldenFile.Match("doctor-pod.txt", DoctorText.Render(Plans.Of(RecordedHost.Pod, Plans.Hold(130_000, 4))));

    [Fact]
    public void A_small_host_without_a_plan_is_drawn_as_agreed() =>
        GoldenFile.Match("doctor-small.txt", DoctorText.Render(Preflight.OfHost(RecordedHost.Small)));

    [Fact]
    public void A_dry_run_shows_only_what_needs_a_look() => GoldenFile.Match(
        "doctor-dry-run.txt", DoctorText.Plan(Plans.Of(RecordedHost.Tracking, Plans.Hold(300_000, 12))));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_limit_allows_the_fewest_and_fits_exactly(string name)
    {
        HostFacts host = RecordedHost.All[name];
        long possible = Plans.Of(host, Plans.Hold(1, 4)).Possible!.Value;
        Examination all = Plans.Of(host, Plans.Hold(possible, 4));
        Assert.True(all.Fits, string.Join("; ", all.Refusals.Select(row => row.Sentence)));
        Examination more = Plans.Of(host, Plans.Hold(possible + 1, 4));
        Assert.False(more.Fits);
        Assert.Contains(more.Limit, more.Refusals);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_is_valid_and_has_every_limit(string name)
    {
        foreach (Examination examination in (Examination[])
            [
                Preflight.OfHost(RecordedHost.All[name]),
                Plans.Of(RecordedHost.All[name], Plans.Own(3_000_000)),
                Preflight.OfServe(Plans.Serve(), Plans.Run, RecordedHost.All[name]),
            ])
        {
            byte[] json = DoctorJson.Render(new Tool("throng", "0.1.0"), examination);
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            JsonElement root = document.RootElement;
            Assert.Equal("throng.doctor/1", root.GetProperty("schema").GetString());
            Assert.Equal(examination.Fits, root.GetProperty("fits").GetBoolean());
            Assert.Equal(examination.Rows.Count, root.GetProperty("limits").GetArrayLength());
            Assert.Equal(examination.Possible, root.GetProperty("possible").GetInt64());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Lines_are_short_and_plain(string name)
    {
        HostFacts host = RecordedHost.All[name];
        foreach (Examination examination in (Examination[])
            [Preflight.OfHost(host), Plans.Of(host, Plans.Hold(9_999_999, 1000, 16)), Plans.Of(host, Plans.Own(10))])
        {
            Assert.All(DoctorText.Render(examination).Split('\n'), line =>
            {
                Assert.InRange(line.Length, 0, 100);
                Assert.DoesNotContain(line, char.IsControl);
                Assert.Equal(line.TrimEnd(), line);
            });
        }
    }

    [Fact]
    public void What_cannot_work_is_refused_with_its_remedy_unless_forced()
    {
        Examination examination = Plans.Of(RecordedHost.Small, Plans.Hold(60_000));
        SetupException refused = Assert.Throws<SetupException>(() => Preflight.Pass(examination, isForced: false));
        Assert.Equal(
            "60,000 connections need as many address pairs, but there are"
                + " 1 source × 28,232 ports × 1 target = 28,232",
            refused.Message);
        Assert.Contains("ip_local_port_range=\"1024 65535\"", refused.Remedy, StringComparison.Ordinal);
        Finding finding = Assert.Single(Preflight.Pass(examination, isForced: true));
        Assert.Equal((Severity.Warning, "limit-ports"), (finding.Severity, finding.Rule));
        Assert.Equal(refused.Message, finding.Text);
    }

    [Fact]
    public void What_cannot_run_at_all_is_refused_even_when_forced()
    {
        Examination examination = Plans.Of(RecordedHost.Narrow, Plans.Hold(60_000), EngineChoice.Uring);
        SetupException refused = Assert.Throws<SetupException>(() => Preflight.Pass(examination, isForced: true));
        Assert.StartsWith("io_uring does not work here: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_near_a_limit_is_a_finding_of_the_verdict()
    {
        IReadOnlyList<Finding> findings = Preflight.Pass(
            Plans.Of(RecordedHost.Tracking, Plans.Hold(250_000, 100)), isForced: false);
        RunDocument run = SampleRun.Held with { Preflight = findings };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal("limit-conntrack", finding.Rule);
        Assert.StartsWith("sysctl -w net.netfilter.nf_conntrack_max=", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.True(Verdict.Judge(run).IsOk);
        HostFacts unused = RecordedHost.Tracking with { ConntrackUsed = 0 };
        Assert.Equal(
            Severity.Info,
            Assert.Single(Preflight.Pass(Plans.Of(unused, Plans.Hold(250_000, 100)), isForced: false)).Severity);
        Assert.Empty(Preflight.Pass(Plans.Of(RecordedHost.Big, Plans.Hold(250_000, 100)), isForced: false));
    }
}
