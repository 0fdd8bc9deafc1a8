using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>`throng doctor --apply` and `--undo`: the changes a host needs for a load, made and taken back.</summary>
public static class DoctorChanges
{
    private const string StateOfHost = "/var/lib/throng";

    /// <summary>Makes the changes that the options ask for, or undoes them.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="SetupException">Nothing was changed.</exception>
    public static int Run(Values values, Shell shell)
    {
        string undoPath = values.Get(ChangeOptions.UndoFile);
        bool json = values.Get(SharedOptions.Json);
        return values.Get(ChangeOptions.Undo)
            ? Undo(TunerOf(undoPath, shell, makesDirectory: false), json, shell)
            : Apply(ChangeOptions.RolesOf(values), values.Get(ChangeOptions.Host), undoPath,
                values.Get(SharedOptions.DryRun), json, shell);
    }

    /// <summary>Makes the changes, or says which.</summary>
    /// <param name="roles">Which end of a load this host is.</param>
    /// <param name="host">Also settings that the whole host shares.</param>
    /// <param name="undoPath">The undo file; empty for the usual place.</param>
    /// <param name="isDryRun">Only say.</param>
    /// <param name="json">One document instead of lines.</param>
    /// <param name="shell">Where it is said.</param>
    /// <returns>The exit code: 3 when a change could not be made.</returns>
    /// <exception cref="SetupException">Nothing was changed.</exception>
    public static int Apply(TuningRoles roles, bool host, string undoPath, bool isDryRun, bool json, Shell shell) =>
        Apply(TunerOf(undoPath, shell, makesDirectory: !isDryRun), Wish(roles, host), isDryRun, json, shell);

    /// <summary>The same with another tuner.</summary>
    public static int Apply(Tuner tuner, TuningWish wish, bool isDryRun, bool json, Shell shell)
    {
        Telling telling = new(shell, json);
        TuningPlan plan;
        if (isDryRun)
        {
            plan = tuner.Plan(wish);
            foreach (Change change in plan.Changes)
            {
                telling.Tell(new ChangeOutcome(change, ChangeResult.Planned));
            }
        }
        else
        {
            plan = tuner.Apply(wish, telling.Tell);
        }

        bool isUndoable = !isDryRun && File.Exists(tuner.UndoPath);
        List<string> ending = [.. plan.Notes.Select(note => $"note: {note}")];
        if (plan.Changes.Count == 0)
        {
            ending.Add($"nothing to change for {NameOf(wish.Roles)}: all is good already");
        }
        else if (isDryRun)
        {
            ending.Add("dry run: nothing was changed");
        }

        if (isUndoable)
        {
            ending.Add($"values before: {tuner.UndoPath}; to take all back: {UndoCommand(tuner.UndoPath, shell)}");
        }

        string undoPath = isUndoable ? tuner.UndoPath : "";
        string action = isDryRun ? "plan" : "apply";
        return telling.End(new ChangesDocument(action, tuner.Place, undoPath, telling.Outcomes, plan.Notes), ending);
    }

    /// <summary>Takes back what the undo file of a tuner records.</summary>
    /// <returns>The exit code: 3 when a change could not be taken back.</returns>
    /// <exception cref="SetupException">There is nothing to undo here.</exception>
    public static int Undo(Tuner tuner, bool json, Shell shell)
    {
        Telling telling = new(shell, json);
        bool isAllBack = tuner.Undo(telling.Tell);
        string ending = isAllBack ? $"all is as before; {tuner.UndoPath} is removed"
            : $"not all is as before; {tuner.UndoPath} stays";
        string undoPath = isAllBack ? "" : tuner.UndoPath;
        return telling.End(new ChangesDocument("undo", tuner.Place, undoPath, telling.Outcomes, []), [ending]);
    }

    /// <summary>Where the undo file is when nobody names a place: of root on the host's own disk, of others where their
    /// programs keep state. One for each network namespace.</summary>
    public static string UsualPath(bool isRoot, NetworkNamespace place, IReadOnlyDictionary<string, string> environment)
    {
        string state = environment.GetValueOrDefault("XDG_STATE_HOME", "");
        string directory = isRoot ? StateOfHost
            : Path.IsPathRooted(state) ? Path.Combine(state, "throng")
            : Path.Combine(environment.GetValueOrDefault("HOME", "/tmp"), ".local/state/throng");
        return Path.Combine(directory, $"undo-{place.Inode}.json");
    }

    private static TuningWish Wish(TuningRoles roles, bool host) =>
        new() { Roles = roles, HostToo = host, MemoryBytes = Host.MemoryTotalBytes };

    private static string NameOf(TuningRoles roles) => roles switch
    {
        TuningRoles.Client => "a client",
        TuningRoles.Server => "a server",
        _ => "client and server",
    };

    private static string UndoCommand(string path, Shell shell) => path == UsualPath(shell)
        ? "throng doctor --undo"
        : $"throng doctor --undo --undo-file {path}";

    private static string UsualPath(Shell shell) =>
        UsualPath(Environment.IsPrivilegedProcess, NetworkNamespace.Current, shell.Environment);

    private static Tuner TunerOf(string undoPath, Shell shell, bool makesDirectory)
    {
        string path = undoPath.Length > 0 ? Path.GetFullPath(undoPath) : UsualPath(shell);
        if (makesDirectory && undoPath.Length == 0)
        {
            MakeDirectory(Path.GetDirectoryName(path)!);
        }

        return new Tuner { UndoPath = path, NoTrack = new NoTrack(shell.Environment.GetValueOrDefault("PATH", "")) };
    }

    private static void MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"cannot make {directory} for the undo file: {Reason.Describe(failure)}",
                "name another place: --undo-file PATH");
        }
    }

    /// <summary>Says each change as it is made: as lines at once, or all in one document at the end.</summary>
    private sealed class Telling(Shell shell, bool json)
    {
        private readonly List<ChangeOutcome> _outcomes = [];

        public IReadOnlyList<ChangeOutcome> Outcomes => _outcomes;

        public void Tell(ChangeOutcome outcome)
        {
            _outcomes.Add(outcome);
            if (outcome.Result == ChangeResult.Refused)
            {
                shell.Say($"throng doctor: {outcome.Refusal}");
            }
            else if (!json)
            {
                shell.Print(outcome.Result == ChangeResult.Already
                    ? $"{outcome.Change.Name} is as before already\n"
                    : $"{outcome.Change}\n");
            }
        }

        public int End(ChangesDocument document, IReadOnlyList<string> ending)
        {
            bool isRefused = _outcomes.Any(one => one.Result == ChangeResult.Refused);
            int exitCode = isRefused ? ExitCode.Setup : ExitCode.Done;
            shell.Print(json ? document.ToJson(exitCode) : string.Concat(ending.Select(line => line + "\n")));
            return exitCode;
        }
    }
}
