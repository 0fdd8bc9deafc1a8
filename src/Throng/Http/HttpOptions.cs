using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options of whoever watches and steers a run over HTTP.</summary>
public static class HttpOptions
{
    /// <summary>Where a run answers that is told no address.</summary>
    public const string DefaultAddress = "127.0.0.1:7080";

    private const string AnyPort = ":0";

    private static readonly Endpoint None = new("", null, 0, 0);

    public static Option<Endpoint> Http { get; } = new(TryReadAddress, None, ShowEndpoint)
    {
        Name = "http", Argument = "ADDR:PORT", Implied = DefaultAddress, Default = "off", IsLikeTarget = true,
        Help = $"answer HTTP there, {DefaultAddress} without a value: what the run does, as JSON and as a page, and "
            + "the commands of the prompt; port 0: a free one",
    };

    public static Option<string> TokenFile { get; } = Declare.File(
        "http-token-file", "whoever asks over --http shows the token in FILE (mode 0600; made if missing): needed "
            + "where other hosts can ask");

    public static Option<bool> Plain { get; } = Declare.Flag(
        "http-plain", "let other hosts ask over --http without TLS: the token can be read on the way");

    public static Option<string> Certificate { get; } = Declare.File(
        "http-cert", "certificate (PEM) of --http, its chain behind it; other hosts ask over TLS",
        shown: "one of the run's own, where other hosts can ask");

    public static Option<string> Key { get; } = Declare.File(
        "http-key", "private key (PEM) of --http-cert, for its owner and group alone", shown: "in its file");

    public static Option<long> Linger { get; } = Declare.DurationOrZero(
        "linger", 0, "after its end, go on to answer over --http for so long; a signal ends it",
        shown: "0: not at all");

    public static Option<string> Otlp { get; } = new(TryReadCollector, "", SharedOptions.ShowText)
    {
        Name = "otlp", Argument = "URL", Default = "none",
        Help = "push the metrics to the OpenTelemetry collector there, such as http://127.0.0.1:4318, every 10 s and "
            + "at the end (OTLP over HTTP, JSON)",
    };

    public static Option[] All => [Http, TokenFile, Certificate, Key, Plain, Linger, Otlp];

    /// <summary>Whether a run is to answer.</summary>
    public static bool IsAsked(Values values) => values.Get(Http).Host.Length > 0;

    /// <summary>Whether it is answered over TLS: to other hosts, and where a certificate is given.</summary>
    public static bool IsEncrypted(Values values) => values.Has(Certificate)
        || (!values.Get(Plain) && !HttpRights.IsLocal(values.Get(Http)));

    /// <summary>Refuses what would open a run to other hosts without saying so.</summary>
    public static void Contradictions(Values values, Contradiction found)
    {
        Endpoint http = values.Get(Http);
        if (http.Host.Length == 0)
        {
            found.NoEffect([TokenFile, Certificate, Key, Plain, Linger], "has no effect without --http");
            return;
        }

        if (!values.Has(Certificate))
        {
            found.NoEffect(Key, $"has no effect without {Certificate.Spelling}");
        }

        if (values.Get(Plain) && values.Has(Certificate))
        {
            found.Add($"{values.Origin(Plain)} contradicts {values.Origin(Certificate)}, which is for TLS");
        }


        if (http.Ports > 1)
        {
            found.Add($"{values.Origin(Http)} takes one port");
        }

        if (HttpRights.IsLocal(http))
        {
            return;
        }

        if (!values.Has(TokenFile))
        {
            found.Missing($"{values.Origin(Http)} {http}: other hosts can ask there, which needs --http-token-file");
        }
    }

    /// <summary>Where to answer HTTP; unlike elsewhere, port 0 means any that is free.</summary>
    private static bool TryReadAddress(string text, out Endpoint endpoint, out string error)
    {
        bool isAny = text.EndsWith(AnyPort, StringComparison.Ordinal);
        bool isRead = Endpoint.TryReadHealth(isAny ? text[..^1] + "1" : text, out endpoint, out error);
        endpoint = isAny ? endpoint with { FirstPort = 0, LastPort = 0 } : endpoint;
        return isRead;
    }

    /// <summary>URL of a collector; one without a path means the usual one.</summary>
    private static bool TryReadCollector(string text, out string url, out string error)
    {
        bool isRead = HttpAsker.IsUrl(text) && Uri.TryCreate(text, UriKind.Absolute, out Uri? at)
            && at.UserInfo.Length == 0 && at.Fragment.Length == 0;
        url = isRead && new Uri(text).PathAndQuery == "/" ? text.TrimEnd('/') + "/v1/metrics" : text;
        error = isRead ? "" : "write a URL such as http://127.0.0.1:4318";
        return isRead;
    }

    private static void ShowEndpoint(Section into, string key, Endpoint endpoint) =>
        into[key] = endpoint == None ? Node.Null
            : endpoint.FirstPort == 0 ? endpoint + AnyPort
            : endpoint.ToString();
}
