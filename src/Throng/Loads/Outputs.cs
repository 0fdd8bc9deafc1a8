using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// Output of a run: one view of its document on standard output, and a file for each further view that was asked for.
/// </summary>
public sealed class Outputs
{
    /// <summary>The path that means standard output.</summary>
    public const string Dash = "-";

    private readonly List<(OutFile File, Func<RunDocument, byte[]> View)> _files = [];
    private readonly Func<RunDocument, byte[]> _printed;

    /// <param name="columns">Of the text, where that is what is printed.</param>
    public Outputs(Values values, int columns)
    {
        Func<RunDocument, byte[]> text = document => Encoding.UTF8.GetBytes(TextReport.Render(document, columns));
        _printed = values.Get(SharedOptions.Json) ? Json : text;
        foreach ((Option<string> option, Func<RunDocument, byte[]> view) in Views)
        {
            string path = values.Get(option);
            if (path == Dash)
            {
                _printed = view;
                PrintsTable = true;
            }
            else if (path.Length > 0)
            {
                _files.Add((new OutFile(path, option.Spelling), view));
            }
        }

        if (values.Get(SharedOptions.JsonStream) == Dash)
        {
            _printed = _ => [];
            PrintsTable = true;
        }

        PrintsTable |= values.Get(SharedOptions.Json);
    }

    /// <summary>Whether standard output is for a program: then nothing else may be printed there.</summary>
    public bool PrintsTable { get; }

    private static (Option<string> Option, Func<RunDocument, byte[]> View)[] Views =>
    [
        (SharedOptions.Out, Json),
        (SharedOptions.Csv, document => Encoding.UTF8.GetBytes(CsvReport.Render(document))),
        (SharedOptions.Hlog, document => Encoding.UTF8.GetBytes(HlogReport.Render(document))),
        (SharedOptions.JUnit, document => Encoding.UTF8.GetBytes(JUnitReport.Render(document))),
        (SaturateOptions.Svg, document => Encoding.UTF8.GetBytes(Drawn(document))),
        (BenchOptions.PerConnection, document => Encoding.UTF8.GetBytes(RankReport.Render(document))),
        (BenchOptions.Svg, document => Encoding.UTF8.GetBytes(Plotted(document))),
    ];

    /// <summary>Two of them cannot go to the same place.</summary>
    public static void Contradictions(Values values, Contradiction found)
    {
        HttpOptions.Contradictions(values, found);
        Dictionary<string, string> taken = [];
        if (values.Get(SharedOptions.Json))
        {
            taken[Dash] = values.Origin(SharedOptions.Json);
        }

        Option<string>[] others = [SharedOptions.JsonStream, LoadOptions.Failures, LoadOptions.Pcap];
        foreach (Option<string> option in Views.Select(view => view.Option).Concat(others))
        {
            string path = values.Get(option);
            string written = values.Origin(option);
            string place = path == Dash ? Dash : path.Length > 0 ? Path.GetFullPath(path) : "";
            bool isDevice = path.StartsWith("/dev/", StringComparison.Ordinal);
            if (place.Length == 0 || isDevice)
            {
                continue;
            }

            if (!taken.TryAdd(place, written))
            {
                found.Add($"{written} {Text.Plain(path)} contradicts {taken[place]}: both would write there");
            }
        }
    }

    private static byte[] Json(RunDocument document) => JsonReport.Render(document);

    /// <summary>Finds out before a run what can be known of where its result is to go.</summary>
    public void Check() => _files.ForEach(output => output.File.Check());

    /// <summary>Content for standard output.</summary>
    public byte[] Printed(RunDocument document) => _printed(document);

    /// <summary>Writes the files; what went wrong, one line each.</summary>
    public IReadOnlyList<string> WriteFiles(RunDocument document)
    {
        List<string> errors = [];
        foreach ((OutFile file, Func<RunDocument, byte[]> view) in _files)
        {
            if (!file.TryWrite(view(document), out string error))
            {
                errors.Add(error);
            }
        }

        return errors;
    }

    private static string Drawn(RunDocument document) => document.Result is SaturationResult search
        ? SvgChart.Render(SaturationChart.Draw(search, null, document.Verdict.Text))
        : "";

    private static string Plotted(RunDocument document) => document.Result is BenchResult bench
        ? SvgChart.Render(BenchChart.Draw(bench))
        : "";
}
