using System.Globalization;

namespace Throng.Engine;

/// <summary>Types of DNS records by the names people write: <c>A</c>, <c>HTTPS</c>, <c>TYPE65</c>; in any case.
/// </summary>
public static class DnsType
{
    public const ushort A = 1;

    private const int NameBytesMax = 10;

    // Transfers are asked for like a record, but answered with a whole zone in many messages.
    private const ushort IncrementalTransfer = 251;
    private const ushort Transfer = 252;

    private static readonly (string Name, ushort Code)[] Known =
    [
        ("A", 1), ("AAAA", 28), ("NS", 2), ("SOA", 6), ("MX", 15), ("TXT", 16), ("PTR", 12), ("SRV", 33),
        ("CNAME", 5), ("ANY", 255), ("HTTPS", 65), ("SVCB", 64), ("DS", 43), ("DNSKEY", 48), ("CAA", 257),
        ("NULL", 10), ("HINFO", 13), ("RP", 17), ("AFSDB", 18), ("SIG", 24), ("KEY", 25), ("LOC", 29),
        ("NAPTR", 35), ("KX", 36), ("CERT", 37), ("A6", 38), ("DNAME", 39), ("APL", 42), ("SSHFP", 44),
        ("IPSECKEY", 45), ("RRSIG", 46), ("NSEC", 47), ("DHCID", 49), ("NSEC3", 50), ("NSEC3PARAM", 51),
        ("TLSA", 52), ("SMIMEA", 53), ("HIP", 55), ("CDS", 59), ("CDNSKEY", 60), ("OPENPGPKEY", 61), ("CSYNC", 62),
        ("ZONEMD", 63), ("SPF", 99), ("EUI48", 108), ("EUI64", 109), ("IXFR", 251), ("AXFR", 252), ("URI", 256),
        ("AMTRELAY", 260), ("DLV", 32769),
    ];

    // Longer than any name here, and the longest number behind TYPE.
    private static ReadOnlySpan<byte> NumberedPrefix => "TYPE"u8;

    /// <summary>The names, for a message that says what could have been written.</summary>
    public static IEnumerable<string> Names => Known.Select(type => type.Name);

    /// <summary>Reads a type; the error is a reason, without what was read.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ushort code, out string error)
    {
        code = 0;
        error = "";
        if (text.Length is > 0 and <= NameBytesMax)
        {
            foreach ((string name, ushort known) in Known)
            {
                if (IsSame(text, name))
                {
                    code = known;
                    break;
                }
            }
        }

        if (code == 0 && !TryParseNumbered(text, out code))
        {
            error = "it is no type of record; write A, AAAA, NS, MX, TXT, ... or TYPE and its number";
            return false;
        }

        if (code is Transfer or IncrementalTransfer)
        {
            error = "a zone transfer is no query with one answer";
            return false;
        }

        return true;
    }

    /// <summary><c>AAAA</c>; <c>TYPE999</c> for one without a name here.</summary>
    public static string Name(ushort code)
    {
        foreach ((string name, ushort known) in Known)
        {
            if (known == code)
            {
                return name;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"TYPE{code}");
    }

    private static bool TryParseNumbered(ReadOnlySpan<byte> text, out ushort code)
    {
        code = 0;
        return text.Length > NumberedPrefix.Length
            && IsSame(text[..NumberedPrefix.Length], "TYPE")
            && ushort.TryParse(text[NumberedPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out code)
            && code > 0;
    }

    private static bool IsSame(ReadOnlySpan<byte> text, string name) =>
        text.Length == name.Length && System.Text.Ascii.EqualsIgnoreCase(text, name);
}
