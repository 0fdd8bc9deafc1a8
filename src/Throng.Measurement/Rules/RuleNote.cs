namespace Throng.Measurement;

/// <summary>Explanation of what a finding's rule looks at, for anyone who asks what its name means.</summary>
/// <param name="Name">As findings carry it.</param>
/// <param name="Severity">The severities it can have, the worst first.</param>
/// <param name="LooksAt">When it says something, one line.</param>
/// <param name="Remedy">What mostly helps; the finding itself has it with figures.</param>
public sealed record RuleNote(string Name, string Severity, string LooksAt, string Remedy)
{
    private const string LimitPrefix = "limit-";

    // Found before a run, while it is set up, or when runs become one: of no rule.
    public static RuleNote Limit { get; } = new(LimitPrefix + "NAME", "warning, info",
        "Found before the run: a limit of this host is near, or too small and --force was given.",
        "throng doctor and the command line shows all limits, what sets them and what raises them");

    public static RuleNote PartsMissing { get; } = new("parts-missing", "warning",
        "Of merge: the runs are parts of one plan (--share), and some of its parts are not among them.",
        "merge the results of all parts");

    public static RuleNote GeneratorsLost { get; } = new("generators-lost", "warning or error",
        "Of a run on many hosts: agents were not heard any more, and their results never came.",
        "see the log of the agent and of its host");

    public static RuleNote SourcesApart { get; } = new("sources-apart", "warning",
        "Runs that throng merge made one of were not all under way together: rates and peaks never were.",
        "start the generators together, or compare their runs instead");

    public static RuleNote SourcesDiffer { get; } = new("sources-differ", "warning",
        "Runs that throng merge made one of had different targets: the figures are of no one of them.",
        "compare the runs instead, or merge those against one target");

    public static RuleNote NiceBesideServer { get; } = new("nice-beside-server", "warning",
        "--nice below 0 with a server on this host: the workers take the CPU that it needs.",
        "leave --nice out, or run the server on another host");

    public static RuleNote XdpNativeVeth { get; } = new("xdp-native-veth", "warning",
        "serve --engine xdp in native mode on a veth needs two things of its peer.",
        "at the other end: ethtool -K PEER tx off, and any XDP program; or --xdp-mode generic");

    public static RuleNote XdpSourcePorts { get; } = new("xdp-source-ports", "warning",
        "Ports served by --engine xdp are among those that clients of this host connect from.",
        "serve others, or take them out of net.ipv4.ip_local_port_range");

    /// <summary>All there are, in the order of <see cref="AllRules"/>; those of one engine last.</summary>
    public static IReadOnlyList<RuleNote> All { get; } =
    [
        .. AllRules.InOrder.Concat(AllRules.OfSearch).Select(rule => rule.Note).DistinctBy(note => note.Name), Limit,
        GeneratorsLost, SourcesApart, SourcesDiffer, PartsMissing, NiceBesideServer, XdpNativeVeth,
        XdpSourcePorts,
    ];

    public Finding Found(Severity severity, string text, string evidence, string remedy) =>
        new(severity, Name, text, evidence, remedy);

    /// <summary>The name of a finding about one limit of the plan.</summary>
    public static string OfLimit(string limit) => LimitPrefix + limit.Replace(' ', '-');

    /// <summary>Finds a note by its rule's name; every limit of a plan has the same note.</summary>
    public static RuleNote? Find(string name) => name.StartsWith(LimitPrefix, StringComparison.Ordinal)
        ? Limit
        : All.FirstOrDefault(note => note.Name == name);
}
