using System.Globalization;
using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// The page of a run and its parts over HTTP. A part is made at most once in a while, whoever asks for it how often.
/// </summary>
public sealed class RunPage
{
    /// <summary>The page itself; its parts stand below /page.</summary>
    public const string Root = "/";

    private const string Html = "text/html; charset=utf-8";
    private const string Css = "text/css; charset=utf-8";
    private const string JavaScript = "text/javascript; charset=utf-8";

    // So many of the last lines of the stream are sent to a page that is opened: its events.
    private const long LinesBefore = 200;

    private static readonly TimeSpan Second = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan Rarely = TimeSpan.FromSeconds(10);

    private readonly LiveConsole _console;
    private readonly StreamFeed _feed;
    private readonly Func<RunDocument?> _final;
    private readonly Made<RunDocument> _document;
    private readonly Dictionary<string, (string Type, Made<byte[]> Body)> _parts;
    private volatile bool _isEnding;

    /// <param name="final">The document of a run that has ended; null before.</param>
    public RunPage(LiveConsole console, StreamFeed feed, Func<RunDocument?> final)
    {
        _console = console;
        _feed = feed;
        _final = final;
        _document = new Made<RunDocument>(Second, () => _final() ?? _console.Run.DocumentSoFar());
        _parts = new Dictionary<string, (string, Made<byte[]>)>
        {
            ["/report"] = Part(Rarely, HtmlReport.Render),
            ["/page/now"] = Part(Second, document => LivePage.Now(document, Facts())),
            ["/page/recent"] = Part(Second, document => LivePage.RecentCharts(document, isNarrow: false)),
            ["/page/recent-narrow"] = Part(Second, document => LivePage.RecentCharts(document, isNarrow: true)),
            ["/page/whole"] = Part(Rarely, document => LivePage.WholeCharts(document, isNarrow: false)),
            ["/page/whole-narrow"] = Part(Rarely, document => LivePage.WholeCharts(document, isNarrow: true)),
            ["/page/rest"] = Part(4 * Second, LivePage.Rest),
            ["/page/style.css"] = Asset(Css, LivePage.Style),
            ["/page/values.js"] = Asset(JavaScript, LivePage.Values),
            ["/page/live.js"] = Asset(JavaScript, LivePage.Script),
        };
    }

    /// <summary>Paths below the page's own, with what is there.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "/report", "/page/now", "/page/recent", "/page/recent-narrow", "/page/whole", "/page/whole-narrow",
        "/page/rest", "/page/style.css", "/page/values.js", "/page/live.js",
    ];

    /// <summary>The answer at one of the <see cref="Paths"/>, or at <see cref="Root"/>.</summary>
    public HttpReply Answer(string path)
    {
        if (path != Root)
        {
            (string type, Made<byte[]> body) = _parts[path];
            return new HttpReply(200, type, body.Take());
        }

        string frame = LivePage.Frame(_document.Take(), Facts(), Math.Max(0, _feed.Last - LinesBefore));
        return new HttpReply(200, Html, Encoding.UTF8.GetBytes(frame))
        {
            Headers = [new("Content-Security-Policy", LivePage.Policy)],
        };
    }

    /// <summary>The run begins to end.</summary>
    public void Drain() => _isEnding = true;

    /// <summary>Something has changed that the page is to show at once.</summary>
    public void Renew()
    {
        _document.Forget();
        foreach ((_, Made<byte[]> body) in _parts.Values)
        {
            body.Forget();
        }
    }

    private (string Type, Made<byte[]> Body) Part(TimeSpan pace, Func<RunDocument, string> render) =>
        (Html, new Made<byte[]>(pace, () => Encoding.UTF8.GetBytes(render(_document.Take()))));

    private static (string Type, Made<byte[]> Body) Asset(string type, string text) =>
        (type, new Made<byte[]>(TimeSpan.MaxValue, () => Encoding.UTF8.GetBytes(text)));

    private LiveFacts Facts()
    {
        if (_final() is not null)
        {
            return new LiveFacts { State = "ended" };
        }

        LiveView view = LiveView.Read(_console.Run, _console.Descriptors);
        return new LiveFacts
        {
            State = _isEnding ? "ending" : "running",
            Phase = LiveVerdict.Phase(view),
            Done = LiveLayout.Done(view),
            Values = [.. Values(LiveFigures.Render(view))],
            Dials = [.. Dials(_console.Run, view)],
        };
    }

    /// <summary>Figures with whole names: on a terminal one that goes with the one above says only what differs.
    /// </summary>
    private static IEnumerable<LiveValue> Values(IReadOnlyList<LiveFigure> figures)
    {
        string above = "";
        foreach (LiveFigure one in figures)
        {
            string name = one.Label.Trim();
            bool isWhole = one.Label.Length > 0 && one.Label[0] != ' ';
            above = isWhole ? name : above;
            string common = above.Contains(' ', StringComparison.Ordinal) ? above[..above.LastIndexOf(' ')] : above;
            yield return new LiveValue(
                isWhole ? name : name.Length == 0 ? above : $"{common} {name}", one.Value, one.History);
        }
    }

    private static IEnumerable<LiveDial> Dials(ILiveRun run, LiveView view)
    {
        string[] commands = [.. PromptCommands.For(run).Select(one => one.Name)];
        if (commands.Contains("set") && run.HasRate && view.Snapshot.RatePerSecond is { } rate)
        {
            yield return new LiveDial(
                "rate_per_s", "Rate, a second", rate.ToString("0.######", CultureInfo.InvariantCulture))
            {
                Step = "any",
            };
        }

        if (commands.Contains("set") && run.CanSet)
        {
            yield return new LiveDial(
                "connections", "Connections", view.Now.Requested.ToString(CultureInfo.InvariantCulture));
        }

        if (commands.Contains("ping"))
        {
            yield return new LiveDial("ping", "Ping", run.PingIsOn ? "true" : "false");
        }
    }
}
