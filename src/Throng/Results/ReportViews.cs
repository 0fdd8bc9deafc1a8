using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>The views of saved runs that `throng report` was asked for, on standard output and in files.</summary>
public sealed class ReportViews(Values values, Shell shell, Failure failure)
{
    private const string Dash = RunFiles.Dash;

    private readonly RunFiles _files = new(shell);

    /// <summary>Reads every file that was named and writes what was asked for.</summary>
    /// <returns>The exit code.</returns>
    public int Write()
    {
        List<(OutFile File, Option<string> View)> files =
            OutFile.Of(values, ReportOptions.Views.Where(view => values.Get(view) != Dash));
        if (values.Get(ReportOptions.Rfc9693))
        {
            return WriteBox(files);
        }

        bool isFirst = true;
        bool hasFailed = false;
        foreach (string file in values.Words)
        {
            if (_files.Read(file) is not { } saved || !HasChart(saved, file))
            {
                continue;
            }

            hasFailed |= RunThresholds.SayFailed(
                saved, values, shell, "report", values.Words.Count > 1 ? RunFiles.NameOf(file) : "");
            RunDocument run = RunThresholds.Judge(saved, values);

            string gap = isFirst ? "" : "\n";
            string heading = values.Words.Count > 1 ? $"{gap}== {RunFiles.NameOf(file)} ==\n\n" : "";
            shell.Print(heading + Printed(run));
            isFirst = false;
            foreach ((OutFile place, Option<string> view) in files)
            {
                if (!place.TryWrite(Encoding.UTF8.GetBytes(Viewed(run, view)), out string unwritten))
                {
                    return failure.Say([unwritten], "", ExitCode.NotDone);
                }
            }
        }

        return _files.Unread.Count > 0 ? failure.Say(_files.Unread, "", ExitCode.Setup)
            : hasFailed ? ExitCode.ThresholdFailed
            : ExitCode.Done;
    }

    /// <summary>One report of all files, or none where one of them cannot be read.</summary>
    private int WriteBox(List<(OutFile File, Option<string> View)> files)
    {
        IReadOnlyList<NamedRun> runs = _files.Read(values.Words);
        if (_files.Unread.Count > 0)
        {
            return failure.Say(_files.Unread, "", ExitCode.Setup);
        }

        string Of(Option<string> view) =>
            view == ReportOptions.Html ? BoxViews.Html(runs) : BoxViews.Markdown(runs);
        shell.Print(Of(values.Get(ReportOptions.Html) == Dash ? ReportOptions.Html : ReportOptions.Markdown));
        foreach ((OutFile place, Option<string> view) in files)
        {
            if (!place.TryWrite(Encoding.UTF8.GetBytes(Of(view)), out string unwritten))
            {
                return failure.Say([unwritten], "", ExitCode.NotDone);
            }
        }

        return ExitCode.Done;
    }

    private string Printed(RunDocument run)
    {
        if (ReportOptions.Views.FirstOrDefault(view => values.Get(view) == Dash) is { } printed)
        {
            return Viewed(run, printed);
        }

        IReadOnlyList<string> names = [.. values.Get(ReportOptions.Analyze).Distinct()];
        return names.Count == 0
            ? TextReport.Render(run, shell.Columns)
            : string.Join('\n', names.Select(name => Analysis.All.Single(one => one.Name == name).Of(run)));
    }

    private string Viewed(RunDocument run, Option<string> view) =>
        view == ReportOptions.Html ? HtmlReport.Render(run)
        : view == SharedOptions.Csv ? CsvReport.Render(run)
        : view == ReportOptions.Markdown ? MarkdownReport.Render(run)
        : view == SharedOptions.JUnit ? JUnitReport.Render(run)
        : view == ReportOptions.Json ? Encoding.UTF8.GetString(JsonReport.Render(run))
        : SvgChart.Render(Drawn(run) ?? TimelineChart.Draw(run));

    /// <summary>The drawing asked for by name, or else the one that tells most.</summary>
    private Chart? Drawn(RunDocument run)
    {
        string name = values.Get(ReportOptions.Chart);
        return name.Length > 0 ? RunChart.All.Single(one => one.Name == name).Of(run) : RunChart.Telling(run).Of(run);
    }

    // A drawing that was asked for by name is not replaced by another.
    private bool HasChart(RunDocument run, string file)
    {
        string name = values.Get(ReportOptions.Chart);
        if (name.Length == 0 || Drawn(run) is not null)
        {
            return true;
        }

        string[] others = [.. RunChart.AllOf(run).Select(one => one.What.Name)];
        _files.Refuse($"{RunFiles.NameOf(file)}: has nothing for --chart {name}"
            + (others.Length > 0 ? $"; it has {string.Join(", ", others)}" : ", nor for any other chart"));
        return false;
    }
}
