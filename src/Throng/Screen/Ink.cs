namespace Throng;

/// <summary>How a piece of text is meant; a terminal without colours shows them all alike.</summary>
public enum Ink : byte
{
    Plain,

    /// <summary>Labels, and what a bar has left.</summary>
    Dim,

    Strong,
    Good,
    Warn,
    Bad,

    /// <summary>Drawings.</summary>
    Accent,
}
