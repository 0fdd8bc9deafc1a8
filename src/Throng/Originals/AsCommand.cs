using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Originals;

namespace Throng;

/// <summary>`throng as`: stands in for another program, by its name, options and output.</summary>
public static class AsCommand
{
    /// <summary>`throng as` without the name of an original.</summary>
    public static int Run(Arguments arguments, Shell shell, Failure failure)
    {
        string directory = arguments.Values.Of(AsOptions.Install);
        IReadOnlyList<string> names = [.. AllOriginals.All.Select(original => original.Name)];
        List<string> errors = [.. arguments.Errors];
        if (arguments.Values.Words.Count > 0)
        {
            string name = arguments.Values.Words[0];
            errors.Add($"unknown program '{Text.Plain(name)}'" + Text.DidYouMean(name, names, "see throng as --help"));
        }
        else if (directory.Length == 0 && errors.Count == 0)
        {
            errors.Add($"which program? One of {Text.Listed(names)}; or --install DIR for a link to each");
        }

        return errors.Count > 0 ? failure.Usage(errors) : OriginalLinks.Make(directory, names, shell);
    }

    /// <summary>An original with its words.</summary>
    /// <param name="surroundings">The options of a native command that come from the environment.</param>
    public static int Run(
        Original original, IReadOnlyList<string> words, Shell shell, Wiring wiring,
        Func<CommandSyntax, Arguments> surroundings)
    {
        Reading reading = original.Read(words);
        Say(reading, shell);
        if (reading.Job is not { } job)
        {
            return reading.ExitCode;
        }

        try
        {
            object spec = Complete(job, shell);
            foreach (string path in job.Emptied)
            {
                Empty(path);
            }

            return spec switch
            {
                Reading told => Tell(told, shell),
                TuningRoles roles =>
                    DoctorChanges.Apply(roles, host: false, undoPath: "", isDryRun: false, json: false, shell),
                DropList => SocketDrop.Run(shell),
                _ => RunLoad(job, spec, Section(original, words), shell, wiring, surroundings),
            };
        }
        catch (SetupException setup)
        {
            Reading refusal = job.Face.Fail(setup);
            Say(refusal, shell);
            return refusal.ExitCode;
        }
    }

    private static int RunLoad(
        Job job, object spec, Section options, Shell shell, Wiring wiring,
        Func<CommandSyntax, Arguments> surroundings)
    {
        if (spec is ServeSpec { Mode: ServeMode.Stamp, Name: "" } nameless)
        {
            spec = nameless with { Name = ServeCommand.NameOf(shell) };
        }

        (CommandSyntax syntax, Func<RunSpec, ILiveRun> start) = Native(spec, wiring);
        Arguments arguments = surroundings(syntax);
        Failure failure = new(shell, syntax.Name, wantsJson: false);
        if (arguments.Errors.Count > 0)
        {
            return failure.Usage(arguments.Errors);
        }

        if (job.UnraisedLimit.Length > 0)
        {
            RaiseDescriptors(job.UnraisedLimit, shell);
        }

        // The original tries what it is told; what does not fit shows in what it says.
        RunSpec run = job.Carry(SharedOptions.ToRunSpec(arguments.Values, syntax) with
        {
            Options = options, Force = true, DurationNs = 0,
        });
        Guise guise = new(job.Face, shell);
        return new LiveCommand(arguments.Values, shell, failure) { Guise = guise }.Run(run, () => start(run));
    }

    private static (CommandSyntax, Func<RunSpec, ILiveRun>) Native(object spec, Wiring wiring) => spec switch
    {
        HoldSpec hold => (HoldOptions.Syntax, run => wiring.Hold(hold, run)),
        QuerySpec query => (QueryOptions.Syntax, run => wiring.Query(query, run)),
        ChurnSpec churn => (ChurnOptions.Syntax, run => wiring.Churn(churn, run)),
        SaturateSpec saturate => (SaturateOptions.Syntax, run => wiring.Saturate(saturate, run)),
        MonitorSpec monitor => (MonitorOptions.Syntax, run => wiring.Monitor(monitor, run)),
        BurstSpec bench => (BenchOptions.Syntax, run => wiring.Bench(bench, run)),
        ServeSpec serve => (ServeOptions.Syntax, run => wiring.Serve(serve, run)),
        _ => throw new BrokenInvariantException($"{spec.GetType().Name} is no load"),
    };

    private static Section Section(Original original, IReadOnlyList<string> words) => new()
    {
        ["as"] = original.Name,
        ["words"] = Node.ListOf(words),
    };

    /// <summary>The spec with what was read and looked up in it.</summary>
    private static object Complete(Job job, Shell shell)
    {
        object spec = job.ContentPath.Length == 0 || job.WithContent is null
            ? job.Spec
            : job.WithContent(Content(job.ContentPath, shell));
        return job is { Place: { } place, WithAddress: { } withAddress } && spec is not Reading
            ? withAddress(spec, NameLookup.Of(place))
            : spec;
    }

    private static byte[] Content(string path, Shell shell)
    {
        try
        {
            if (path != "-")
            {
                return File.ReadAllBytes(path);
            }

            using MemoryStream all = new();
            shell.Input.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            int errno = unread switch
            {
                FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
                UnauthorizedAccessException => Directory.Exists(path) ? Errno.EISDIR : Errno.EACCES,
                _ => 0,
            };
            throw new SetupException($"cannot read {Text.Plain(path)}: {Reason.Of(unread)}", "", errno);
        }
    }

    private static void Empty(string path)
    {
        try
        {
            File.WriteAllBytes(path, []);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"fopen: {Text.Plain(path)}: {Reason.Of(unwritten)}", "");
        }
    }

    private static void RaiseDescriptors(string unraised, Shell shell)
    {
        ulong most = (ulong)Math.Max(0, Sysctl.TryReadNumber("fs.nr_open") ?? 0);
        if (Limits.RaiseDescriptors(most) < most)
        {
            shell.Say(unraised);
        }
    }

    private static int Tell(Reading told, Shell shell)
    {
        Say(told, shell);
        return told.ExitCode;
    }

    private static void Say(Reading reading, Shell shell)
    {
        shell.Print(reading.Out);
        foreach (string line in reading.Errors)
        {
            shell.Say(line);
        }
    }
}
