namespace Throng.Measurement;

/// <summary>The names of all close reasons, and what kind each is of.</summary>
public static class CloseReasons
{
    public const int Count = (int)CloseReason.ReplyTimeout + 1;

    private static readonly string[] _names = EnumWords.Of<CloseReason>('-');

    /// <summary>Every one that a document may have.</summary>
    public static IReadOnlyList<CloseReason> All { get; } = Enum.GetValues<CloseReason>()[1..];

    /// <summary>The name used in results and in what a person sees.</summary>
    public static string Name(CloseReason reason) => _names[(int)reason];

    /// <summary>Finds a reason by its name; None for a name of a later version.</summary>
    public static CloseReason Find(string name) => (CloseReason)Math.Max(0, Array.IndexOf(_names, name));

    /// <summary>
    /// True for the ends this side chose (drain, `set` down, the end of its work): those are not losses.
    /// </summary>
    public static bool IsOwn(CloseReason reason) =>
        reason is CloseReason.Drained or CloseReason.Lowered or CloseReason.Finished or CloseReason.Cancelled;

    /// <summary>
    /// True when a client lost what it wanted to keep: neither its own choice nor a server's idle timeout.
    /// </summary>
    public static bool IsLoss(CloseReason reason) => !IsOwn(reason) && reason != CloseReason.IdleClosed;

    /// <summary>True where this host could not do more.</summary>
    public static bool IsLocal(CloseReason reason) =>
        reason is CloseReason.NoPort or CloseReason.NoDescriptor or CloseReason.NoMemory;
}
