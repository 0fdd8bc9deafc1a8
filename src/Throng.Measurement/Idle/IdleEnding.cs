namespace Throng.Measurement;

/// <summary>Why a search for how long silence is remembered wants no further round.</summary>
public enum IdleEnding : byte
{
    /// <summary>It wants one.</summary>
    None,

    /// <summary>The longest remembered and the shortest forgotten are near enough, and both were tried again.</summary>
    Found,

    /// <summary>The longest silence is remembered.</summary>
    NotForgotten,

    /// <summary>The shortest is forgotten already.</summary>
    ForgottenAtFrom,

    /// <summary>The same silence is remembered at one time and forgotten at another, over more than was asked for.
    /// </summary>
    Varies,

    /// <summary>Too few lanes came to be silent, or to an outcome that says anything.</summary>
    NoLanes,
}

/// <summary>Names of the endings in results.</summary>
public static class IdleEndings
{
    private static readonly string[] Names = EnumWords.Of<IdleEnding>('-');

    public static string Name(IdleEnding ending) => Names[(int)ending];

    /// <summary>The ending of that name; <see cref="IdleEnding.None"/> for one that is not known.</summary>
    public static IdleEnding Find(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (IdleEnding)at : IdleEnding.None;
}

/// <summary>Lanes that ended by how many there were, and not by how long they were silent.</summary>
/// <param name="Lanes">How many there were.</param>
/// <param name="Left">How many the search went on with.</param>
/// <param name="Ended">How many of them were not opened, or ended although longer silences were remembered.</param>
/// <param name="Outcome">What most of those came to.</param>
/// <param name="AtNs">Their silence by then, in the middle; 0 where they were not opened.</param>
public sealed record IdleCrowding(int Lanes, int Left, int Ended, IdleOutcome Outcome, long AtNs);
