using Throng.Measurement;

namespace Throng;

/// <summary>Options for the question of a DNS query.</summary>
public static class DnsOptions
{
    public static Option<string> Name { get; } = Declare.Word(
        "name", "NAME", AnswersBad.NameDefault, "the name to ask for");

    public static Option<string> Type { get; } = Declare.Word(
        "type", "TYPE", "A", "the record type: A, AAAA, MX, … or TYPE65");

    public static Option<string> Names { get; } = Declare.File(
        "names", "`name type` a line, as dnsperf's data files; each query takes one at random");

    public static Option<bool> NamesSkipBad { get; } = Declare.Flag(
        "names-skip-bad", "leave out lines of --names that are no question, of unknown types say; they are counted");

    public static Option<bool> NoRd { get; } = Declare.Flag("no-rd", "do not ask for recursion");

    public static Option<long> EdnsSize { get; } = Declare.Count(
        "edns-size", 512, 65_535, 0, "add an OPT record with this size of UDP answers", shown: "no EDNS",
        argument: "BYTES");

    public static Option<bool> Dnssec { get; } = Declare.Flag(
        "dnssec", "ask for DNSSEC records (DO); with EDNS of 1232 bytes unless told otherwise");
}
