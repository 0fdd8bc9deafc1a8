namespace Throng.Measurement;

/// <summary>Why a search has no next step.</summary>
public enum SearchEnding : byte
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>Both boundaries are known.</summary>
    Found,

    /// <summary>The highest rate that may be tried is good.</summary>
    NoneUpToMax,

    /// <summary>The base rate is bad already: the start is too high, or the target does not work.</summary>
    BaseBad,

    /// <summary>As many steps were run as may be; the boundaries are what is known by then.</summary>
    StepsMax,

    /// <summary>A step without any latency: there is nothing to compare.</summary>
    NoSamples,

    /// <summary>Its steps were told by another process, which judges them.</summary>
    Led,
}

/// <summary>Names of the endings in results.</summary>
public static class SearchEndings
{
    private static readonly string[] Names = EnumWords.Of<SearchEnding>('-');

    public static string Name(SearchEnding ending) => Names[(int)ending];

    /// <summary>The ending of that name, as older documents have it too; <see cref="SearchEnding.None"/> for none.
    /// </summary>
    public static SearchEnding Find(string name) => Array.IndexOf(Names, name) is >= 0 and var at
        ? (SearchEnding)at
        : Enum.TryParse(name, out SearchEnding old) ? old : SearchEnding.None;
}
