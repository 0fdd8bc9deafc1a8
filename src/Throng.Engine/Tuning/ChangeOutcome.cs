using Throng.Linux;

namespace Throng.Engine;

/// <summary>Outcome of one change, or of taking it back.</summary>
/// <param name="Change">What was to be changed; when it is taken back, from the value that was there to the one before
/// all changes.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Errno">Positive errno of a refusal, 0 when the kernel gave none.</param>
/// <param name="Reason">Why it was refused, in words; empty otherwise.</param>
public sealed record ChangeOutcome(Change Change, ChangeResult Result, int Errno = 0, string Reason = "")
{
    /// <summary>Advice on what a person can do about a refusal.</summary>
    public string Remedy => Errno switch
    {
        _ when Result != ChangeResult.Refused => "",
        Linux.Errno.EROFS => "settings are read-only in this container: run it privileged, or on the host",
        Linux.Errno.ENOENT => "this kernel or namespace has no such setting",
        Linux.Errno.EINVAL => "this kernel does not take that value",
        _ when Change.Scope == ChangeScope.Host =>
            "run as root on the host itself: neither a container nor unshare -n may change what the host shares",
        _ => "run as root, in a privileged container, or in a namespace of your own: unshare -n",
    };

    /// <summary>The setting and why it was refused, one line.</summary>
    public string Refusal =>
        $"{Change.Name} stays {Change.Plain(Change.From)}: {Reason}"
            + $"{(Errno > 0 ? $" ({Linux.Errno.Name(Errno)})" : "")}; {Remedy}";
}

/// <summary>Result of a change.</summary>
public enum ChangeResult
{
    /// <summary>Only planned.</summary>
    Planned,

    /// <summary>Done.</summary>
    Made,

    /// <summary>The kernel, or nft, did not do it.</summary>
    Refused,

    /// <summary>It was so already.</summary>
    Already,
}
