using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Files that <c>deploy/release</c> makes of this working tree, once for all its tests: for both architectures where
/// the other one can be linked, else for this one. They are made before the tests, in the host's network, which apt
/// needs.
/// </summary>
public sealed class ReleaseFiles : IDisposable
{
    private static readonly string[] Tools = ["dpkg-deb", "apt-get", "jq", "readelf", "gzip", "tar"];
    private static readonly string[] CrossTools = ["aarch64-linux-gnu-gcc", "clang"];

    private readonly string _folder = Directory.CreateTempSubdirectory("throng-release-").FullName;
    private readonly string _failure = "";

    public ReleaseFiles()
    {
        Output = Path.Combine(_folder, "release");
        HasArm64 = CrossTools.All(HasTool);
        if (Suite.IsFull && IsNativeX64 && Tools.All(HasTool))
        {
            (int exitCode, string text) = Make(Output, $"x64={ThrongProcess.ProgramPath}");
            _failure = exitCode == 0 ? "" : text;
        }
    }

    /// <summary>Where the files are.</summary>
    public string Output { get; }

    /// <summary>Whether there are those of arm64 too.</summary>
    public bool HasArm64 { get; }

    private static bool IsNativeX64 =>
        ThrongProcess.IsNative && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Skips a test where nothing could be made; fails it where making it failed.</summary>
    public void AreNeeded()
    {
        Needs.Full();
        Needs.Host(IsNativeX64, "packages are made of the native program for x64, and there is none");
        Assert.All(Tools, Needs.Tool);
        Assert.True(_failure.Length == 0, _failure);
    }

    /// <summary>Makes them once more, of programs that are there.</summary>
    public (int ExitCode, string Text) Make(string output, params string[] programs) => Run(
        "bash",
        [
            Path.Combine(Repository(), "deploy", "release"), "--output", output, "--packages",
            Path.Combine(_folder, "packages"), "--arch", HasArm64 ? "amd64,arm64" : "amd64",
            .. programs.SelectMany(program => (string[])["--program", program]),
        ]);

    /// <summary>The one file of such a name.</summary>
    public string File(string pattern) => Assert.Single(Directory.GetFiles(Output, pattern));

    /// <summary>An empty folder for a test.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Runs a program of the host to its end; both of its streams as one text.</summary>
    public static (int ExitCode, string Text) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("bash", ["-c", "exec \"$@\" 2>&1 </dev/null", "-", program, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsOption).ToArray())
        {
            start.Environment.Remove(name); // an option of the program
        }

        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static string Done(string program, params string[] arguments)
    {
        (int exitCode, string text) = Run(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: exit {exitCode}\n{text}");
        return text;
    }

    /// <summary>The working tree that the tests were built from.</summary>
    public static string Repository()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !System.IO.File.Exists(Path.Combine(at, "Throng.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new DirectoryNotFoundException("no Throng.slnx above the test program");
    }

    /// <summary>Whether the host has a program.</summary>
    public static bool HasTool(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => System.IO.File.Exists(Path.Combine(folder, name)));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsOption(string name) => name.StartsWith("THRONG_", StringComparison.Ordinal);
}
