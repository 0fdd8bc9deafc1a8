namespace Throng.Measurement;

/// <summary>
/// Result of a query according to its reply: the four bits of the reply's header, by name. The upper bits that EDNS
/// adds in an OPT record are not looked at.
/// </summary>
public static class DnsRcode
{
    /// <summary>Codes there are, 0 to 15.</summary>
    public const int Count = 16;

    private static readonly string[] Names =
    [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "RCODE6", "RCODE7", "RCODE8", "RCODE9",
        "RCODE10", "RCODE11", "RCODE12", "RCODE13", "RCODE14", "RCODE15",
    ];

    /// <summary>Word for a query that came back as it was, where a reply was due.</summary>
    public const string Echoed = "echoed";

    /// <summary>Names of all results, by code; an echoed query is the last.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names, Echoed];

    /// <param name="code">0 to 15.</param>
    public static string Name(byte code) => Names[code];
}
