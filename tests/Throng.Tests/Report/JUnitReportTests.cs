using System.Xml;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>--junit: what systems that run tests read.</summary>
public sealed class JUnitReportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_run_is_one_suite_with_a_case_for_the_verdict_and_each_threshold()
    {
        string xml = JUnitReport.Render(SampleRun.Full);
        GoldenFile.Match("run-full.junit.xml", xml);
        XmlElement suite = Suite(xml);
        Assert.Equal("throng query 2026-01-02T03:04:05.678Z", suite.GetAttribute("name"));
        Assert.All(
            suite.SelectNodes("testcase/@classname")!.Cast<XmlAttribute>(),
            name => Assert.Equal("throng.query.2026-01-02T03:04:05_678Z", name.Value));
        Assert.Equal("10.250", suite.GetAttribute("time"));
        Assert.Equal("2026-01-02T03:04:05", suite.GetAttribute("timestamp"));
        Assert.Equal(
            ["verdict", "response.p99 > 20ms", "messages.lost > 0.1%", "monitor.lost > 0"],
            suite.SelectNodes("testcase/@name")!.Cast<XmlAttribute>().Select(name => name.Value));
        Assert.Equal(
            [SampleRun.Full.Verdict.Text, "response.p99 > 20ms: 30.0 ms, failed", "monitor.lost > 0: no data, failed"],
            suite.SelectNodes("testcase/failure/@message")!.Cast<XmlAttribute>().Select(message => message.Value));
    }

    [Fact]
    public void A_verdict_that_is_not_ok_fails_with_its_findings()
    {
        XmlElement suite = Suite(JUnitReport.Render(SampleRun.Hold(100, 0, refused: 100)));
        XmlElement failure = (XmlElement)suite.SelectSingleNode("testcase[@name='verdict']/failure")!;
        Assert.StartsWith("nothing connected: ", failure.GetAttribute("message"), StringComparison.Ordinal);
        Assert.Contains("error nothing-connected: no connection was ever established\n", failure.InnerText,
            StringComparison.Ordinal);
        Assert.Contains("\n-> ", failure.InnerText, StringComparison.Ordinal);
        Assert.Equal("1", suite.GetAttribute("failures"));
    }

    [Fact]
    public void Two_runs_of_one_command_are_two_suites_and_two_classes()
    {
        RunDocument run = SampleRun.Held;
        XmlElement first = Suite(JUnitReport.Render(run));
        XmlElement second = Suite(JUnitReport.Render(run with { Started = run.Started.AddMilliseconds(1) }));
        Assert.NotEqual(first.GetAttribute("name"), second.GetAttribute("name"));
        Assert.NotEqual(
            first.SelectSingleNode("testcase/@classname")!.Value,
            second.SelectSingleNode("testcase/@classname")!.Value);
    }

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 0)]
    [InlineData(false, false, 0)] // no difference, and the base is not what is tested
    public void Of_a_comparison_differences_alone_fail(bool isBaseOk, bool isOtherOk, int failures)
    {
        RunDocument Run(bool isOk) => isOk ? SampleRun.Held : SampleRun.Hold(100, 0, refused: 100);
        RunComparison comparison = RunComparison.Compare(
            [new("base.json", Run(isBaseOk)), new("other.json", Run(isOtherOk))]);
        XmlElement suite = Suite(JUnitReport.Render(comparison, []));
        Assert.Equal("throng compare base.json other.json", suite.GetAttribute("name"));
        Assert.Equal($"{failures}", suite.GetAttribute("failures"));
        Assert.Equal(
            "verdict of other.json", Assert.Single(suite.SelectNodes("testcase/@name")!.Cast<XmlNode>()).Value);
    }

    [Fact]
    public void Whatever_stands_in_a_result_the_document_is_well_formed()
    {
        const string Odd = "<&>\"']]> \u0001\u001b[2J \ud800 \uffff \u007f é \ud83d\ude00";
        RunDocument run = SampleRun.Full with
        {
            Verdict = new Verdict(false, Odd, [new Finding(Severity.Error, "odd", Odd, Odd, Odd)]),
            Thresholds = [new ThresholdOutcome(Odd, false, null)],
        };
        XmlElement suite = Suite(JUnitReport.Render(run));
        Assert.Equal(
            "<&>\"']]> \\u{1}\\u{1b}[2J \\u{d800} \\u{ffff} \\u{7f} é \ud83d\ude00",
            suite.SelectSingleNode("testcase/failure/@message")!.Value);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("serve")]
    public void A_command_writes_it_beside_its_report(string command)
    {
        string path = Path.Combine(_directory, "junit.xml");
        CliShell shell = new();
        Assert.Equal(99, shell.Run(
            command, "--for", "1ms", "--junit", path, "--fail-on", "connections.held<91"));
        XmlElement suite = Suite(File.ReadAllText(path));
        Assert.Equal("1", suite.GetAttribute("failures"));
        Assert.StartsWith("done; --fail-on", shell.Out, StringComparison.Ordinal);
        CliShell full = new();
        Assert.Equal(1, full.Run(command, "--for", "1ms", "--junit", "/dev/full"));
        Assert.Equal($"throng {command}: cannot write --junit /dev/full: no space left on device\n", full.Error);
    }

    // The usual structure: as the readers of CI systems expect it.
    private static XmlElement Suite(string xml)
    {
        XmlDocument document = new();
        using (XmlReader reader = XmlReader.Create(new StringReader(xml)))
        {
            document.Load(reader);
        }

        Assert.Equal("testsuites", document.DocumentElement!.Name);
        XmlElement suite = Assert.Single(document.DocumentElement.ChildNodes.OfType<XmlElement>());
        Assert.Equal("testsuite", suite.Name);
        XmlElement[] cases = [.. suite.SelectNodes("testcase")!.Cast<XmlElement>()];
        Assert.Equal($"{cases.Length}", suite.GetAttribute("tests"));
        int failures = cases.Count(one => one.SelectSingleNode("failure") is not null);
        Assert.Equal($"{failures}", suite.GetAttribute("failures"));
        foreach (XmlElement one in cases)
        {
            Assert.NotEqual("", one.GetAttribute("name"));
            Assert.NotEqual("", one.GetAttribute("classname"));
            Assert.Matches(@"^\d+\.\d{3}$", one.GetAttribute("time"));
            Assert.All(one.ChildNodes.OfType<XmlElement>(), child => Assert.Equal("failure", child.Name));
        }

        string[] names = [.. suite.ChildNodes.OfType<XmlElement>().Select(child => child.Name).Distinct()];
        Assert.Equal(["testcase", "system-out"], names[0] == "properties" ? names[1..] : names);
        return suite;
    }
}
