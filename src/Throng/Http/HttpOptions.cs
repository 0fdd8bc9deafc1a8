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
        Name = "http", Argument = "ADDR:PORT", Implied = DefaultAddress, Default = "off",
        Help = $"answer HTTP there, {DefaultAddress} without a value: what the run does, as JSON and as a page, and "
            + "the commands of the prompt; port 0: a free one",
    };

    public static Option<string> TokenFile { get; } = Declare.File(
        "http-token-file", "whoever asks over --http shows the token in FILE (mode 0600; made if missing): needed "
            + "where other hosts can ask");

    public static Option<bool> Plain { get; } = Declare.Flag(
        "http-plain", "let other hosts ask over --http without encryption: the token can be read on the way");

    public static Option<long> Linger { get; } = Declare.DurationOrZero(
        "linger", 0, "after its end, go on to answer over --http for so long; a signal ends it",
        shown: "0: not at all");

    public static Option[] All => [Http, TokenFile, Plain, Linger];

    /// <summary>Whether a run is to answer.</summary>
    public static bool IsAsked(Values values) => values.Get(Http).Host.Length > 0;

    /// <summary>Refuses what would open a run to other hosts without saying so.</summary>
    public static void Contradictions(Values values, Contradiction found)
    {
        Endpoint http = values.Get(Http);
        if (http.Host.Length == 0)
        {
            found.NoEffect([TokenFile, Plain, Linger], "has no effect without --http");
            return;
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

        if (!values.Get(Plain))
        {
            found.Missing($"{values.Origin(Http)} {http}: what is asked there is not encrypted; --http-plain says that "
                + "this is meant, and an address of loopback behind a tunnel does without");
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

    private static void ShowEndpoint(Section into, string key, Endpoint endpoint) =>
        into[key] = endpoint == None ? Node.Null
            : endpoint.FirstPort == 0 ? endpoint + AnyPort
            : endpoint.ToString();
}
