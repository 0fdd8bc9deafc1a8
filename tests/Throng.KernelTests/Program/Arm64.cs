using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Programs of arm64 on another processor, under emulation of user space: system calls are those of this host's kernel,
/// as far as the emulator knows them. The build leaves them here in the full suite.
/// </summary>
internal static class Arm64
{
    private static readonly string Folder = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../obj/native/arm64"));

    public static string ProgramPath { get; } = Path.Combine(Folder, "throng");

    /// <summary>The program that prints the layout of structures.</summary>
    public static string AbiPath { get; } = Path.Combine(Folder, "throng-abi");

    /// <summary>Before the program, in words; its libraries are those of Debian's cross compiler.</summary>
    public static string[] Emulator { get; } = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];

    public static void Needed()
    {
        Needs.Full();
        Needs.Tool(Emulator[0]);
        Needs.Tool("aarch64-linux-gnu-gcc");
        Needs.File(ProgramPath);
    }

    /// <summary>Runs a program to its end; the lines it wrote.</summary>
    public static string[] Run(string path)
    {
        using Process process = Process.Start(new ProcessStartInfo(Emulator[0], [.. Emulator[1..], path])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
