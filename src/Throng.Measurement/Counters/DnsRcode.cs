namespace Throng.Measurement;

/// <summary>
/// Result of a query according to its reply, by name: the four bits of the reply's header, and the two codes of EDNS
/// that a query without a signature can get.
/// </summary>
public static class DnsRcode
{
    /// <summary>Codes there are: those of the header, 0 to 15, and the two of EDNS.</summary>
    public const int Count = 18;

    /// <summary>The server does not know this version of EDNS (16 on the wire).</summary>
    public const byte BadVersion = 16;

    /// <summary>The server wants a cookie (23 on the wire).</summary>
    public const byte BadCookie = 17;

    private static readonly string[] Names =
    [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "RCODE6", "RCODE7", "RCODE8", "RCODE9",
        "RCODE10", "RCODE11", "RCODE12", "RCODE13", "RCODE14", "RCODE15", "BADVERS", "BADCOOKIE",
    ];

    /// <summary>Word for a query that came back as it was, where a reply was due.</summary>
    public const string Echoed = "echoed";

    /// <summary>Names of all results, by code; an echoed query is the last.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names, Echoed];

    /// <param name="code">Less than <see cref="Count"/>.</param>
    public static string Name(byte code) => Names[code];
}
