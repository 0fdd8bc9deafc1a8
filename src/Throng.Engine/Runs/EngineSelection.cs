using Throng.Linux;

namespace Throng.Engine;

/// <summary>Which backend a run uses, and why.</summary>
/// <param name="Kind">Uring or Epoll, never Auto.</param>
/// <param name="Reason">One line; empty when it was asked for by name.</param>
/// <param name="OwnTables">Whether a thread can have a descriptor table of its own (unshare is not refused).</param>
public sealed record EngineSelection(EngineChoice Kind, string Reason, bool OwnTables)
{
    public string Name => Kind == EngineChoice.Uring ? "uring" : "epoll";

    /// <summary>Tries what the choice needs instead of guessing from version numbers.</summary>
    /// <exception cref="SetupException">io_uring was asked for by name and does not work here.</exception>
    public static EngineSelection Make(EngineChoice choice)
    {
        bool ownTables = CanUnshare();
        if (choice == EngineChoice.Epoll)
        {
            return new EngineSelection(EngineChoice.Epoll, "", ownTables);
        }

        RingSupport support = RingSupport.Probe();
        if (support.Works)
        {
            string reason = choice == EngineChoice.Uring ? "" : "io_uring works here";
            return new EngineSelection(EngineChoice.Uring, reason, ownTables);
        }

        if (choice == EngineChoice.Uring)
        {
            throw new SetupException(
                $"io_uring does not work here: {support.Reason}",
                "use --engine epoll, or allow io_uring (sysctl kernel.io_uring_disabled=0;"
                    + " a seccomp profile that permits it)");
        }

        return new EngineSelection(EngineChoice.Epoll, $"io_uring does not work here: {support.Reason}", ownTables);
    }

    private static bool CanUnshare()
    {
        bool can = false;
        Thread probe = new(() => can = Descriptors.Unshare() >= 0, 64 * 1024);
        probe.Start();
        probe.Join();
        return can;
    }
}
