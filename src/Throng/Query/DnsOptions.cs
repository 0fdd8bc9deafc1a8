namespace Throng;

/// <summary>What a DNS query asks.</summary>
public static class DnsOptions
{
    public static Option<string> Name { get; } = new(Kinds.Word, "example.com", SharedOptions.ShowText)
    {
        Name = "name", Argument = "NAME", Default = "example.com", Help = "the name to ask for",
    };

    public static Option<string> Type { get; } = new(Kinds.Word, "A", SharedOptions.ShowText)
    {
        Name = "type", Argument = "TYPE", Default = "A", Help = "the record type: A, AAAA, MX, … or TYPE65",
    };

    public static Option<string> Names { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "names", Argument = "FILE", Default = "none",
        Help = "`name type` a line, as dnsperf's data files; each query takes one at random",
    };

    public static Option<bool> NoRd { get; } = SharedOptions.Flag("no-rd", '\0', "do not ask for recursion");

    public static Option<long> EdnsSize { get; } = new(Kinds.Count(512, 65_535), 0, SharedOptions.ShowChosen)
    {
        Name = "edns-size", Argument = "BYTES", Default = "no EDNS",
        Help = "add an OPT record with this size of UDP answers",
    };

    public static Option<bool> Dnssec { get; } = SharedOptions.Flag(
        "dnssec", '\0', "ask for DNSSEC records (DO); with EDNS of 1232 bytes unless told otherwise");
}
