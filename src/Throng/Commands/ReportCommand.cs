using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng report`: a saved run again, as text, tables and a drawing. Every view is made of the document
/// alone.</summary>
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
        string svg = values.Of(ReportOptions.Svg);
        OutFile? drawing = svg.Length > 0 && svg != Dash ? new OutFile(svg, ReportOptions.Svg.Spelling) : null;
        drawing?.Check();
        bool isFirst = true;
        foreach (string file in values.Words)
        {
            if (Read(file) is not { } run)
            {
                continue;
            }

            string gap = isFirst ? "" : "\n";
            shell.Print(values.Words.Count > 1 ? $"{gap}== {NameOf(file)} ==\n\n{Printed(run)}" : Printed(run));
            isFirst = false;
            if (drawing is not null && !drawing.TryWrite(Encoding.UTF8.GetBytes(Drawn(run)), out string unwritten))
            {
                return failure.Say([unwritten], "", ExitCode.NotDone);
            }
        }

        return _unread.Count == 0 ? ExitCode.Done : failure.Say(_unread, "", ExitCode.Setup);
    }

    private string Printed(RunDocument run)
    {
        if (values.Of(ReportOptions.Svg) == Dash)
        {
            return Drawn(run);
        }

        IReadOnlyList<string> names = [.. values.Of(ReportOptions.Analyze).Distinct()];
        return names.Count == 0
            ? TextReport.Of(run)
            : string.Join('\n', names.Select(name => Analysis.All.Single(one => one.Name == name).Of(run)));
    }

    private static string Drawn(RunDocument run) => SvgChart.Render(TimelineChart.Of(run));

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
