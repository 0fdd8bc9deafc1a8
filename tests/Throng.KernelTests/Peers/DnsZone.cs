namespace Throng.KernelTests;

/// <summary>The zone that every DNS server of these tests has, and questions about it.</summary>
internal static class DnsZone
{
    public const string Name = "example.com";

    /// <summary>
    /// Has more than fits a datagram without EDNS, and less than the 4096 bytes every server can be told to send.
    /// </summary>
    public const string LargeName = "large.example.com";

    public const int LargeBytesMin = 3840;

    private const int StringBytes = 255;

    /// <summary>Ten questions, two of them about what does not exist.</summary>
    public const string Questions = """
        example.com A
        example.com AAAA
        example.com MX
        large.example.com TXT
        mail.example.com A
        mail.example.com AAAA   ; the name exists and has none
        ns.example.com A
        EXAMPLE.com. SOA
        nothing.example.com A
        not.even.this.example.com TXT
        """;

    /// <summary>Share of the questions that are answered with NXDOMAIN.</summary>
    public const double AbsentShare = 0.2;

    public static IReadOnlyList<string> Records { get; } =
    [
        "example.com. 300 IN SOA ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300",
        "example.com. 300 IN NS ns.example.com.",
        "example.com. 300 IN A 192.0.2.1",
        "example.com. 300 IN AAAA 2001:db8::1",
        "example.com. 300 IN MX 10 mail.example.com.",
        "ns.example.com. 300 IN A 192.0.2.53",
        "mail.example.com. 300 IN A 192.0.2.25",
        .. Enumerable.Range(0, LargeBytesMin / (StringBytes + 1)).Select(
            i => $"large.example.com. 300 IN TXT \"{i:00}{new string('x', StringBytes - 2)}\""),
    ];
}
