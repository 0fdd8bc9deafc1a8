using System.Text.Json;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>The dashboard for Grafana asks for metrics that there are, and by the names that they have.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "deploy/grafana/throng.json");

    [Fact]
    public void Every_metric_of_a_panel_is_one_that_a_run_gives()
    {
        using JsonDocument board = JsonDocument.Parse(File.ReadAllText(Path));
        HashSet<string> given = [.. Metrics.All.SelectMany(NamesOf)];
        List<string> asked = [];
        foreach (JsonElement panel in board.RootElement.GetProperty("panels").EnumerateArray())
        {
            foreach (JsonElement target in panel.GetProperty("targets").EnumerateArray())
            {
                string[] names = [.. Name().Matches(target.GetProperty("expr").GetString()!).Select(one => one.Value)];
                Assert.NotEmpty(names);
                asked.AddRange(names);
            }
        }

        Assert.Empty(asked.Except(given));
        Assert.InRange(asked.Distinct().Count(), 20, int.MaxValue);
        string variables = board.RootElement.GetProperty("templating").GetRawText();
        Assert.Empty(Name().Matches(variables).Select(one => one.Value).Except(given));
    }

    [Fact]
    public void Panels_have_an_id_each_and_lie_beside_one_another()
    {
        using JsonDocument board = JsonDocument.Parse(File.ReadAllText(Path));
        JsonElement[] panels = [.. board.RootElement.GetProperty("panels").EnumerateArray()];
        Assert.Equal(panels.Length, panels.DistinctBy(one => one.GetProperty("id").GetInt32()).Count());
        Assert.Equal(panels.Length, panels.DistinctBy(one => one.GetProperty("title").GetString()).Count());
        Assert.Equal(panels.Length, panels.DistinctBy(one => one.GetProperty("gridPos").GetRawText()).Count());
    }

    private static IEnumerable<string> NamesOf(Metric metric)
    {
        string name = MetricsText.NameOf(metric);
        return MetricsText.IsCounter(metric) ? [name + "_total"]
            : metric is { IsLatency: true, CanFall: false } ? [name + "_bucket", name + "_sum", name + "_count"]
            : [name];
    }

    [GeneratedRegex("throng_[a-z0-9_]+")]
    private static partial Regex Name();
}
