using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Originals;

namespace Throng;

/// <summary>`throng as`: stands in for another program, by its name, options and output.</summary>
public sealed class AsCommand() : Command(AsOptions.Syntax)
{
    /// <summary>The variable that stands for --public.</summary>
    private const string PublicVariable = "THRONG_PUBLIC";

    public override int Run(Invocation call)
    {
        string directory = call.Values.Get(AsOptions.Install);
        List<string> words = call.Values.Words;
        List<string> errors = [.. call.Arguments.Errors];
        if (words.Count > 0 && errors.Count == 0 && directory.Length == 0
            && AllOriginals.Find(words[0]) is { } original)
        {
            return Run(original, [.. words.Skip(1)], call);
        }

        IReadOnlyList<string> names = Syntax.Choices;
        if (words.Count > 0)
        {
            errors.Add($"unknown program '{Text.Plain(words[0])}'"
                + Text.DidYouMean(words[0], names, "see throng as --help"));
        }
        else if (directory.Length == 0 && errors.Count == 0)
        {
            errors.Add($"which program? One of {Text.Listed(names)}; or --install DIR for a link to each");
        }

        return errors.Count > 0 ? call.Failure.Usage(errors) : OriginalLinks.Make(directory, names, call.Shell);
    }

    /// <summary>Carries out what an original's words ask for.</summary>
    private static int Run(Original original, IReadOnlyList<string> words, Invocation call)
    {
        Shell shell = call.Shell;
        if (original.IsAskedForHelp(words))
        {
            shell.Print(original.Help);
            return ExitCode.Done;
        }

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
                _ => RunLoad(job, spec, Section(original, words), call),
            };
        }
        catch (SetupException setup)
        {
            Reading refusal = job.Face.Fail(setup);
            Say(refusal, shell);
            return refusal.ExitCode;
        }
    }

    private static int RunLoad(Job job, object spec, Section options, Invocation call)
    {
        Shell shell = call.Shell;
        if (spec is ServeSpec { Mode: ServeMode.Stamp, Name: "" } nameless)
        {
            spec = nameless with { Name = ServeCommand.NameOf(shell) };
        }

        RunCommand command = call.Commands.OfType<RunCommand>().First(one => one.Takes(spec));
        Arguments arguments = Arguments.Parse(command.Syntax, call.Syntaxes, [], shell.Environment);
        Failure failure = new(shell, command.Name, wantsJson: false);
        if (arguments.Errors.Count > 0)
        {
            return failure.Usage(arguments.Errors);
        }

        if (!arguments.Values.Get(LoadOptions.Public))
        {
            RefusePublic(spec);
        }

        if (job.UnraisedLimit.Length > 0)
        {
            RaiseDescriptors(job.UnraisedLimit, shell);
        }

        // The original tries what it is told; what does not fit shows in what it says.
        RunSpec run = job.Carry(SharedOptions.ToRunSpec(arguments.Values, command.Syntax) with
        {
            Options = options, Force = true, DurationNs = 0,
        });
        OriginalConsole shown = new(job.Face, shell);
        return new AttendedRun(arguments.Values, shell, failure) { Original = shown }
            .Run(run, _ => call.Wiring.Start(command, spec, run));
    }

    /// <exception cref="SetupException">It would load a host that somebody else on the Internet may own.</exception>
    private static void RefusePublic(object spec)
    {
        IReadOnlyList<SockAddr> targets = spec switch
        {
            LoadSpec load => load.Targets,
            SaturateSpec saturate => saturate.Churn.Targets,
            _ => [],
        };
        if (Routability.Guarded(targets).FirstOrDefault() is { } address)
        {
            throw new SetupException(
                $"{address} is a public address: a load goes there only with {PublicVariable}=1 in the environment",
                "");
        }
    }

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
            ? withAddress(spec, NameLookup.Resolve(place))
            : spec;
    }

    private static byte[] Content(string path, Shell shell)
    {
        try
        {
            using FileStream? file = path == "-" ? null : File.OpenRead(path);
            return InputFile.TryRead(
                file ?? shell.Input, Text.Plain(path), InputFile.ContentBytesMax, out byte[] content, out string error)
                ? content
                : throw new SetupException(error, "");
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            int errno = unread switch
            {
                FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
                UnauthorizedAccessException => Directory.Exists(path) ? Errno.EISDIR : Errno.EACCES,
                _ => 0,
            };
            throw new SetupException($"cannot read {Text.Plain(path)}: {Reason.Describe(unread)}", "", errno);
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
            throw new SetupException($"fopen: {Text.Plain(path)}: {Reason.Describe(unwritten)}", "");
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
