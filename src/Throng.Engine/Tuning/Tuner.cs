using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Makes the changes of a plan and takes them back. One at a time on one undo file; what is refused is told, and the
/// rest goes on.
/// </summary>
public sealed class Tuner
{
    /// <summary>Where the values before are kept, and taken from again.</summary>
    public required string UndoPath { get; init; }

    /// <summary>Another directory than /proc/sys in tests.</summary>
    public string SysctlRoot { get; init; } = Sysctl.Root;

    public required NoTrack NoTrack { get; init; }

    public TuningPlace Place { get; init; } = TuningPlace.Current;

    /// <summary>Plans the changes needed by a host that is as this one is now.</summary>
    public TuningPlan Plan(TuningWish wish) => TuningPlan.Create(
        wish with { NoTrack = NoTrack.Examine(SysctlRoot) }, name => Sysctl.TryRead(name, SysctlRoot));

    /// <summary>Makes the changes, after the undo file is on the disk.</summary>
    /// <param name="wish">What for.</param>
    /// <param name="tell">Told each change after it was made or refused.</param>
    /// <returns>The plan that was carried out.</returns>
    /// <exception cref="SetupException">Nothing was changed.</exception>
    public TuningPlan Apply(TuningWish wish, Action<ChangeOutcome> tell)
    {
        using FileStream held = Hold();
        TuningUndo? before = TuningUndo.TryRead(UndoPath);
        if (before is not null && !before.IsOfAnotherBoot(Place) && !before.IsOf(Place))
        {
            throw new SetupException(
                $"{UndoPath} holds the values of another network namespace, so nothing was changed",
                "undo there first, or name another file: --undo-file PATH");
        }

        TuningPlan plan = Plan(wish);
        if (plan.Changes.Count == 0)
        {
            return plan;
        }

        TuningUndo? kept = before is not null && before.IsOf(Place) ? before : null;
        TuningUndo undo = kept ?? new TuningUndo(Place, DateTimeOffset.UtcNow, []);
        undo.With(plan.Changes).Write(UndoPath);
        bool isAllRefused = true;
        foreach (Change change in plan.Changes)
        {
            ChangeOutcome outcome = Make(change);
            isAllRefused &= IsUntouched(outcome);
            tell(outcome);
        }

        if (kept is null && isAllRefused)
        {
            File.Delete(UndoPath); // there is nothing to take back
        }

        return plan;
    }

    /// <summary>
    /// Takes all changes of the undo file back, the last one first, and removes the file when nothing was refused.
    /// </summary>
    /// <param name="tell">Told each change after it was taken back or refused.</param>
    /// <returns>Whether all is as before.</returns>
    /// <exception cref="SetupException">There is nothing to undo here; nothing was changed.</exception>
    public bool Undo(Action<ChangeOutcome> tell)
    {
        if (!File.Exists(UndoPath))
        {
            throw new SetupException($"nothing to undo: there is no {UndoPath}",
                "if the changes were recorded elsewhere: --undo-file PATH");
        }

        using FileStream held = Hold();
        TuningUndo undo = TuningUndo.TryRead(UndoPath)
            ?? throw new SetupException($"nothing to undo: {UndoPath} is gone", "another throng has just undone it");
        if (undo.IsOfAnotherBoot(Place))
        {
            throw new SetupException($"{UndoPath} is from before the last boot, and its changes went with that",
                $"nothing was changed; remove it: rm {UndoPath}");
        }

        if (!undo.IsOf(Place))
        {
            throw new SetupException(
                $"{UndoPath} is of another network namespace: net:[{undo.Place.Namespace.Inode}], and this is"
                    + $" net:[{Place.Namespace.Inode}]",
                "nothing was changed; undo there (nsenter --net, ip netns exec), or remove it if that one is gone");
        }

        bool isAllBack = true;
        foreach (Change change in undo.Changes.Reverse())
        {
            ChangeOutcome outcome = TakeBack(change);
            isAllBack &= outcome.Result != ChangeResult.Refused;
            tell(outcome);
        }

        if (isAllBack)
        {
            File.Delete(UndoPath);
        }

        return isAllBack;
    }

    private ChangeOutcome Make(Change change) => change.Name == NoTrack.Table
        ? Outcome(change, NoTrack.Add())
        : Write(change, change.To);

    private ChangeOutcome TakeBack(Change change)
    {
        string now = Read(change.Name);
        Change back = new(change.Name, now, change.From, change.Scope, "as before");
        if (Change.IsSame(now, change.From))
        {
            return new ChangeOutcome(back, ChangeResult.Already);
        }

        return change.Name == NoTrack.Table ? Outcome(back, NoTrack.Remove()) : Write(back, change.From);
    }

    private ChangeOutcome Write(Change change, string value)
    {
        int written = Sysctl.Write(change.Name, value, SysctlRoot);
        if (written < 0)
        {
            return new ChangeOutcome(change, ChangeResult.Refused, -written, Errno.Text(written));
        }

        // Some settings take a value and hold another.
        string now = Read(change.Name);
        return Change.IsSame(now, value) ? new ChangeOutcome(change, ChangeResult.Made)
            : new ChangeOutcome(change, ChangeResult.Refused, 0, $"the kernel made it {now} instead of {value}");
    }

    private string Read(string name) =>
        name == NoTrack.Table ? NoTrack.Read() : Sysctl.TryRead(name, SysctlRoot) ?? "";

    /// <summary>Refused by an errno, or found as it was: other refusals may have changed something.</summary>
    private bool IsUntouched(ChangeOutcome outcome) => outcome.Result == ChangeResult.Refused
        && (outcome.Errno > 0 || Change.IsSame(Read(outcome.Change.Name), outcome.Change.From));

    private static ChangeOutcome Outcome(Change change, string complaint) => complaint.Length == 0
        ? new ChangeOutcome(change, ChangeResult.Made)
        : new ChangeOutcome(change, ChangeResult.Refused, ErrnoOf(complaint), complaint);

    /// <summary>nft gives no errno, only the C library's words for it.</summary>
    private static int ErrnoOf(string complaint) =>
        complaint.Contains("not permitted", StringComparison.OrdinalIgnoreCase) ? Errno.EPERM : 0;

    /// <summary>Two at once would record each other's changes as the values before.</summary>
    private FileStream Hold()
    {
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            return new FileStream(UndoPath + ".lock", options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(UndoPath)) ?? "/";
            throw File.Exists(UndoPath + ".lock")
                ? new SetupException($"another throng changes this host right now ({UndoPath}.lock)", "wait for it")
                : new SetupException($"cannot write in {directory}, where the undo file is to be",
                    "nothing was changed; name another place: --undo-file PATH");
        }
    }
}
