using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A network namespace of a test's own, with loopback up, and a directory for its files.</summary>
internal sealed class Netns : IDisposable
{
    private static int s_made;

    private readonly string _name = $"throng-{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}";

    public Netns()
    {
        Needs.Root();
        Needs.Tool("ip");
        (int exit, _, string error) = Run("ip", $"netns add {_name}");
        Needs.Host(exit == 0, $"no network namespaces here: {error}");
        Assert.Equal(0, Run("ip", $"-n {_name} link set lo up").Exit);
    }

    public string Name => _name;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("throng-netns-").FullName;

    public string UndoPath => Path.Combine(Directory, "undo.json");

    /// <summary>Starts a program in it; the rest of a shell's line follows.</summary>
    public string Before => $"ip netns exec {_name} ";

    /// <summary>A setting as it is in there.</summary>
    public string Sysctl(string name) => Out($"cat /proc/sys/{name.Replace('.', '/')}");

    /// <summary>Standard output of a command line that must succeed.</summary>
    public string Out(string line)
    {
        (int exit, string output, string error) = Shell(line);
        Assert.True(exit == 0, $"{line}: exit {exit}, {error}");
        return output;
    }

    /// <summary>Standard output of `ip` with words that must succeed, such as for the namespace of a program.</summary>
    public static string Ip(string words)
    {
        (int exit, string output, string error) = Run("ip", words);
        Assert.True(exit == 0, $"ip {words}: exit {exit}, {error}");
        return output;
    }

    /// <summary>Runs a shell's line in there.</summary>
    public (int Exit, string Output, string Error) Shell(string line) =>
        Run("ip", ["netns", "exec", _name, "sh", "-c", line]);

    /// <summary>Runs the program in there to its end.</summary>
    public ThrongProcess Throng(int exitCode, params string[] arguments) =>
        ThrongProcess.Run(new Launch { Before = Before }, exitCode, arguments);

    public ThrongProcess Apply(int exitCode, params string[] options) =>
        Throng(exitCode, ["doctor", "--apply", "--undo-file", UndoPath, .. options]);

    public ThrongProcess Undo(int exitCode) => Throng(exitCode, "doctor", "--undo", "--undo-file", UndoPath);

    public void Dispose()
    {
        _ = Run("ip", $"netns del {_name}");
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static (int Exit, string Output, string Error) Run(string program, string arguments) =>
        Run(program, arguments.Split(' '));

    private static (int Exit, string Output, string Error) Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.TrimEnd('\n'), error.Trim());
    }
}
