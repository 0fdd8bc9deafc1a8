using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// `throng report`: a saved run again, as text, tables, drawings and a page. Every view is made of the document alone.
/// </summary>
public sealed class ReportCommand(Values values, Shell shell, Failure failure)
{
    private const string Dash = "-";

    /// <summary>More than any run leaves: what is longer is something else, or never ends.</summary>
    private const int BytesMax = 256 << 20;

    private readonly List<string> _unread = [];

    public static int Run(Arguments arguments, Shell shell, Failure failure)
    {
        List<string> errors = [.. arguments.Errors, .. ReportOptions.Errors(arguments.Values)];
        return errors.Count > 0
            ? failure.Usage(errors)
            : new ReportCommand(arguments.Values, shell, failure).Run();
    }

    private int Run()
    {
        List<(OutFile File, Option<string> View)> files =
        [
            .. ReportOptions.Views.Where(view => values.Of(view) is { Length: > 0 } path && path != Dash)
                .Select(view => (new OutFile(values.Of(view), view.Spelling), view)),
        ];
        files.ForEach(one => one.File.Check());
        bool isFirst = true;
        foreach (string file in values.Words)
        {
            if (Read(file) is not { } run || !HasChart(run, file))
            {
                continue;
            }

            string gap = isFirst ? "" : "\n";
            shell.Print(values.Words.Count > 1 ? $"{gap}== {NameOf(file)} ==\n\n{Printed(run)}" : Printed(run));
            isFirst = false;
            foreach ((OutFile place, Option<string> view) in files)
            {
                if (!place.TryWrite(Encoding.UTF8.GetBytes(Viewed(run, view)), out string unwritten))
                {
                    return failure.Say([unwritten], "", ExitCode.NotDone);
                }
            }
        }

        return _unread.Count == 0 ? ExitCode.Done : failure.Say(_unread, "", ExitCode.Setup);
    }

    private string Printed(RunDocument run)
    {
        if (ReportOptions.Views.FirstOrDefault(view => values.Of(view) == Dash) is { } printed)
        {
            return Viewed(run, printed);
        }

        IReadOnlyList<string> names = [.. values.Of(ReportOptions.Analyze).Distinct()];
        return names.Count == 0
            ? TextReport.Of(run)
            : string.Join('\n', names.Select(name => Analysis.All.Single(one => one.Name == name).Of(run)));
    }

    private string Viewed(RunDocument run, Option<string> view)
    {
        if (view == ReportOptions.Html)
        {
            return HtmlReport.Of(run);
        }

        if (view == SharedOptions.Csv)
        {
            return CsvReport.Of(run);
        }

        if (view == ReportOptions.Markdown)
        {
            return MarkdownReport.Of(run);
        }

        if (view == ReportOptions.Json)
        {
            using MemoryStream json = new();
            JsonReport.Write(json, run);
            return Encoding.UTF8.GetString(json.ToArray());
        }

        return SvgChart.Render(Drawn(run) ?? TimelineChart.Of(run));
    }

    /// <summary>What was asked for by name, or what tells most.</summary>
    private Chart? Drawn(RunDocument run)
    {
        string name = values.Of(ReportOptions.Chart);
        return name.Length > 0 ? RunChart.All.Single(one => one.Name == name).Of(run) : RunChart.Telling(run).Of(run);
    }

    // A drawing that was asked for by name is not replaced by another.
    private bool HasChart(RunDocument run, string file)
    {
        string name = values.Of(ReportOptions.Chart);
        if (name.Length == 0 || Drawn(run) is not null)
        {
            return true;
        }

        string[] others = [.. RunChart.AllOf(run).Select(one => one.What.Name)];
        _unread.Add($"{NameOf(file)}: has nothing for --chart {name}"
            + (others.Length > 0 ? $"; it has {string.Join(", ", others)}" : ", nor for any other chart"));
        return false;
    }

    private RunDocument? Read(string file)
    {
        string name = NameOf(file);
        try
        {
            if (BytesOf(file) is not { } json)
            {
                _unread.Add($"{name}: longer than {Units.Bytes(BytesMax)}, which is no result; give what --out has "
                    + "written");
            }
            else if (RunReader.TryRead(json, out RunDocument? run, out ReadError? error))
            {
                return run;
            }
            else
            {
                _unread.Add($"{name}: {error.What}" + (error.Remedy.Length == 0 ? "" : $"; {error.Remedy}"));
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string reason = Directory.Exists(file) ? "it is a directory" : Reason.Of(unread);
            _unread.Add($"{name}: cannot read it: {reason}");
        }

        return null;
    }

    // Null when there is more than a result may have.
    private ReadOnlyMemory<byte>? BytesOf(string file)
    {
        using MemoryStream bytes = new();
        using FileStream? opened = file == Dash ? null : File.OpenRead(file);
        Stream from = opened ?? shell.Input;
        byte[] chunk = new byte[64 << 10];
        for (int got; (got = from.Read(chunk)) > 0;)
        {
            if (bytes.Length + got > BytesMax)
            {
                return null;
            }

            bytes.Write(chunk, 0, got);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static string NameOf(string file) => file == Dash
        ? "standard input"
        : string.Concat(file.Select(letter => char.IsControl(letter) ? '?' : letter));
}
