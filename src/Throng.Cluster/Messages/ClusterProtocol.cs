namespace Throng.Cluster;

/// <summary>Names of the subjects and keys at which agents and controllers meet.</summary>
public static class ClusterProtocol
{
    /// <summary>Changes with every change that an older version would misunderstand.</summary>
    public const int Version = 1;

    private const int NameMax = 64;

    /// <summary>Orders to one agent, each of which is answered.</summary>
    public static string OrdersTo(string agent) => $"throng.agent.{agent}.order";

    /// <summary>Figures of one agent's part of a run.</summary>
    public static string FiguresOf(string run, string agent) => $"throng.{run}.fig.{agent}";

    /// <summary>Figures of all agents of a run.</summary>
    public static string FiguresOf(string run) => FiguresOf(run, "*");

    /// <summary>The key of a run's plan.</summary>
    public static string PlanKey(string run) => run;

    /// <summary>The key whose revision tells a later leader of a run from an earlier one.</summary>
    public static string FenceKey(string run) => run + "-lead";

    /// <summary>The key by which an agent holds its parts of a run that is rebalanced.</summary>
    public static string LeaseKey(string run, string agent) => $"{run}.{agent}";

    /// <summary>Name of the result of one part.</summary>
    public static string ResultOf(string run, JobPart part) => $"{run}/{part.Index + 1}-of-{part.Count}";

    /// <summary>Whether it can be part of subjects and keys as it is.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= NameMax
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>A name made of any text, such as that of a host: what cannot stand in one becomes a dash.</summary>
    public static string NameFrom(string text)
    {
        string name = string.Concat(text.Take(NameMax).Select(
            letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '-'));
        return name.Length > 0 ? name : "agent";
    }
}
