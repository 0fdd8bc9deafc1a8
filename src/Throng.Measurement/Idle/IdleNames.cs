namespace Throng.Measurement;

/// <summary>Names of kinds and phases of rounds in results.</summary>
public static class IdleNames
{
    private static readonly string[] Kinds = EnumWords.Of<IdleKind>('-');
    private static readonly string[] Phases = EnumWords.Of<IdlePhase>('-');

    public static string Kind(IdleKind kind) => Kinds[(int)kind];

    public static string Phase(IdlePhase phase) => Phases[(int)phase];

    /// <summary>The kind of that name; the first for one that is not known.</summary>
    public static IdleKind FindKind(string name) => (IdleKind)Math.Max(0, Array.IndexOf(Kinds, name));

    /// <summary>The phase of that name; the first for one that is not known.</summary>
    public static IdlePhase FindPhase(string name) => (IdlePhase)Math.Max(0, Array.IndexOf(Phases, name));
}
