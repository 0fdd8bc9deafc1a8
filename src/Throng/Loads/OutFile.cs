using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// A file that an option names: written beside its place and renamed, so that nobody ever reads half of one. A device
/// or a pipe is written to as it is: a rename would put a file in the place of /dev/stdout.
/// </summary>
public sealed class OutFile(string path, string option)
{
    /// <summary>The option with its value.</summary>
    public string Said => $"{option} {path}";

    private string Beside => $"{path}.{Environment.ProcessId}.part";

    /// <summary>The files that these options name, each checked.</summary>
    /// <exception cref="SetupException">One of them cannot be written.</exception>
    public static List<(OutFile File, Option<string> View)> Of(Values values, IEnumerable<Option<string>> views)
    {
        List<(OutFile File, Option<string> View)> files =
        [
            .. views.Where(view => values.Get(view).Length > 0)
                .Select(view => (new OutFile(values.Get(view), view.Spelling), view)),
        ];
        files.ForEach(one => one.File.Check());
        return files;
    }

    /// <summary>
    /// Finds out before a run of hours what can be known: the directory is there and takes a file. A device or a pipe
    /// is left alone: to open one may do something.
    /// </summary>
    /// <exception cref="SetupException">Nothing can be written there.</exception>
    public void Check()
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(directory))
        {
            throw new SetupException(
                $"{option}: there is no directory {directory}", $"create it: mkdir -p {directory}");
        }

        if (Directory.Exists(path))
        {
            throw new SetupException($"{option}: {path} is a directory", "name a file in it");
        }

        if (Files.IsSpecial(path))
        {
            return;
        }

        try
        {
            using FileStream file = Fresh();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"cannot write {option} {path}: {Reason.Describe(failure)}", "name a file in a directory of yours");
        }
        finally
        {
            Forget(Beside);
        }
    }

    /// <summary>Begins a file that is written as it becomes known; <see cref="TryFinish"/> gives it its name.</summary>
    /// <exception cref="SetupException">Nothing can be written there.</exception>
    public FileStream Begin()
    {
        try
        {
            return Fresh(FileShare.Read, bufferSize: 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Forget(Beside); // it may have been made before it was refused
            throw new SetupException($"cannot write {Said}: {Reason.Describe(failure)}", "name another file");
        }
    }

    /// <summary>Ends a file that was begun, and puts it in its place.</summary>
    public bool TryFinish(FileStream file, out string error)
    {
        try
        {
            file.Flush(flushToDisk: true);
            file.Dispose();
            File.Move(Beside, path, overwrite: true);
            error = "";
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = $"cannot write {Said}: {Reason.Describe(failure)}";
            return false;
        }
    }

    /// <summary>Takes away a file that was begun, unless it has been finished.</summary>
    public void Abandon(FileStream file)
    {
        file.Dispose();
        Forget(Beside);
    }

    public bool TryWrite(ReadOnlySpan<byte> document, out string error)
    {
        bool isSpecial = Files.IsSpecial(path);
        string beside = Beside;
        try
        {
            using (FileStream file = isSpecial
                ? new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
                : Fresh())
            {
                file.Write(document);
                file.Flush(flushToDisk: !isSpecial);
            }

            if (!isSpecial)
            {
                File.Move(beside, path, overwrite: true);
            }

            error = "";
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!isSpecial)
            {
                Forget(beside);
            }

            error = $"cannot write {option} {path}: {Reason.Describe(failure)}";
            return false;
        }
    }

    /// <summary>
    /// The file beside, made anew: one that is there already is a dead run's, or a link that somebody laid to have
    /// another file written.
    /// </summary>
    private FileStream Fresh(FileShare share = FileShare.Read, int bufferSize = 4096)
    {
        File.Delete(Beside);
        return new FileStream(Beside, FileMode.CreateNew, FileAccess.Write, share, bufferSize);
    }

    private static void Forget(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What could not be written cannot always be removed either; the error said is the first one.
        }
    }
}
