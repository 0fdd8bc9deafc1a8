using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The program itself, running: arguments in, standard streams as pipes that are read all the time, signals by its own
/// pid, and never left behind.
/// </summary>
internal sealed partial class ThrongProcess : IDisposable
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    private static readonly string NativePath = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../obj/native/out/throng"));

    private static readonly string ManagedPath = Path.Combine(AppContext.BaseDirectory, "throng");

    private readonly Process _process;
    private readonly List<Thread> _readers = [];
    private readonly string _commandLine;
    private readonly string _controlPath;

    private ThrongProcess(Process process, string[] arguments, bool readsOutput)
    {
        _process = process;
        _commandLine = string.Join(' ', arguments);
        int control = Array.IndexOf(arguments, "--control");
        _controlPath = control < 0 ? "" : arguments[control + 1];
        Read(process.StandardError, Error);
        if (readsOutput)
        {
            Read(process.StandardOutput, Output);
        }
        else
        {
            process.StandardOutput.Close();
        }
    }

    /// <summary>The native program, or where no toolchain could link it, the managed one.</summary>
    public static string ProgramPath { get; } = File.Exists(NativePath) ? NativePath : ManagedPath;

    /// <summary>Whether what is tested is the program that ships.</summary>
    public static bool IsNative => ProgramPath == NativePath;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code; 128 and the number of a signal that ended it.</summary>
    public int ExitCode => _process.ExitCode;

    public Transcript Output { get; } = new();

    public Transcript Error { get; } = new();

    /// <summary>Everything on standard output so far.</summary>
    public string OutputText => Output.Text;

    public string ErrorText => Error.Text;

    public static ThrongProcess Start(params string[] arguments) => Start(new Launch(), arguments);

    public static ThrongProcess Start(Launch launch, params string[] arguments)
    {
        ProcessStartInfo start = new("/bin/bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardInputEncoding = new UTF8Encoding(false),
        };
        string limit = launch.Nofile > 0 ? $"ulimit -n {launch.Nofile} && " : "";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"{limit}exec {launch.Before}env --default-signal \"$0\" \"$@\" {launch.Redirection}");
        foreach (string argument in (string[])[launch.Program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        string[] names = [.. start.Environment.Keys];
        foreach (string name in names.Where(name => name.StartsWith("THRONG_", StringComparison.Ordinal)))
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        Assert.True(
            OwnNetworkAttribute.IsGiven || !Environment.IsPrivilegedProcess,
            "a process is started from the thread of its test: any other has another network");
        // The runtime forks from the calling thread, so a system call filter of that thread is the child's too.
        Process? process = null;
        SyscallFilter.Under(launch.RefusedCalls, launch.MissingCalls, () => process = Process.Start(start));
        return new ThrongProcess(process!, arguments, !launch.ClosesOutput);
    }

    /// <summary>Runs it to its end and checks how it ended.</summary>
    public static ThrongProcess Run(Launch launch, int exitCode, params string[] arguments)
    {
        ThrongProcess process = Start(launch, arguments);
        try
        {
            process.Ends(exitCode);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public static ThrongProcess Run(int exitCode, params string[] arguments) => Run(new Launch(), exitCode, arguments);

    /// <summary>A line on its standard input.</summary>
    public void Say(string line)
    {
        _process.StandardInput.Write(line + "\n");
        _process.StandardInput.Flush();
    }

    public void CloseInput() => _process.StandardInput.Close();

    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    /// <summary>Waits for its end, however that is; false when it does not end so soon.</summary>
    public bool EndsWithin(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience))
        {
            return false;
        }

        foreach (Thread reader in _readers)
        {
            Assert.True(reader.Join(Eventually.Patience), $"somebody still holds its streams: {Story()}");
        }

        return true;
    }

    /// <summary>Waits for its end and checks the exit code.</summary>
    public void Ends(int exitCode)
    {
        if (!EndsWithin(Eventually.Patience))
        {
            throw new TimeoutException($"did not end in {Eventually.Patience}: {Story()}");
        }

        Assert.True(_process.ExitCode == exitCode, $"exit {_process.ExitCode} instead of {exitCode}: {Story()}");
        Assert.DoesNotContain("Unhandled exception", ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Waits for its end and checks the exit code; its document, the sums of which hold.</summary>
    public Document Finish(int exitCode = 0)
    {
        Ends(exitCode);
        return Document().AddsUp();
    }

    /// <summary>The same of a run whose verdict depends on the moment of its end, and so the exit code.</summary>
    public Document FinishAsJudged()
    {
        _ = _process.WaitForExit(Eventually.Patience);
        Ends(_process.ExitCode);
        Document document = Document().AddsUp();
        Assert.Equal(document.Flag("verdict.ok") ? 0 : 1, _process.ExitCode);
        return document;
    }

    /// <summary>Waits for an end that is none by a fault: done, or not done as judged.</summary>
    public void EndsInOrder()
    {
        _ = _process.WaitForExit(Eventually.Patience);
        Assert.True(!_process.HasExited || _process.ExitCode is 0 or 1, Story());
        Ends(_process.HasExited ? _process.ExitCode : 0);
    }

    /// <summary>Its one JSON document, once it has ended.</summary>
    public Document Document() => new(OutputText, Story());

    /// <summary>Resident memory in bytes, as /proc has it.</summary>
    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{Id}/status").First(
            one => one.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    public string Story() => $"throng {_commandLine}\nstdout: {OutputText}\nstderr: {ErrorText}";

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = kill(_process.Id, SIGKILL);
            _process.WaitForExit(Eventually.Patience);
        }

        foreach (Thread reader in _readers)
        {
            reader.Join(Eventually.Patience);
        }

        _process.Dispose();
        if (_controlPath.Length > 0)
        {
            File.Delete(_controlPath); // a killed run leaves it
        }
    }

    private void Read(StreamReader stream, Transcript into)
    {
        Thread reader = new(() => into.Fill(stream)) { IsBackground = true };
        reader.Start();
        _readers.Add(reader);
    }

    [LibraryImport("libc")]
    internal static partial int kill(int pid, int signal);
}

/// <summary>In which surroundings the program is started.</summary>
internal sealed record Launch
{
    /// <summary>The program itself.</summary>
    public string Program { get; init; } = ThrongProcess.ProgramPath;

    /// <summary>Descriptor limit, soft and hard; 0 leaves the one of the tests.</summary>
    public int Nofile { get; init; }

    /// <summary>System calls that are answered with EPERM.</summary>
    public IReadOnlyList<uint> RefusedCalls { get; init; } = [];

    /// <summary>System calls that are answered with ENOSYS.</summary>
    public IReadOnlyList<uint> MissingCalls { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Shell text before the program, such as <c>ip netns exec x </c>.</summary>
    public string Before { get; init; } = "";

    /// <summary>Shell text after the arguments, such as <c>&gt;/dev/full</c>.</summary>
    public string Redirection { get; init; } = "";

    /// <summary>Nobody reads standard output: the pipe's other end is closed at once.</summary>
    public bool ClosesOutput { get; init; }
}
