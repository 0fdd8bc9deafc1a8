using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The library that is loaded before the program, counts its calls and lets chosen ones fail; its source in C is
/// beside this. It is compiled once for all tests, and only the native program is one it can tell its calls apart in.
/// </summary>
internal static class Shim
{
    private const int NameBytes = 24;
    private const int HeadBytes = 16;

    private static readonly Lazy<string> Built = new(Build);

    /// <summary>The environment that loads it and names the call that fails.</summary>
    /// <param name="folder">The run's own: reports are left in it, and the library's kinds are of files in it.</param>
    /// <param name="fault">Null: calls are only counted.</param>
    public static IReadOnlyDictionary<string, string> Environment(string folder, CallFault? fault)
    {
        Needs.Tool("gcc");
        Needs.Toolchain(ThrongProcess.IsNative);
        Dictionary<string, string> environment = new()
        {
            ["LD_PRELOAD"] = Built.Value,
            ["TORTURE_REPORT"] = Path.Combine(folder, "report"),
            ["TORTURE_FOLDER"] = Path.Combine(folder, "files"),
            ["TMPDIR"] = Path.Combine(folder, "temporary"),
        };
        if (fault is not null)
        {
            environment["TORTURE_KIND"] = fault.Kind;
            environment["TORTURE_ERRNO"] = $"{CallFaults.Number(fault.Error)}";
            environment["TORTURE_NTH"] = $"{fault.First}";
            environment["TORTURE_TIMES"] = fault.GoesOn ? "0" : "1";
        }

        return environment;
    }

    /// <summary>Reads the reports that the processes of a run have left: calls by kind (none of a kind too), and how
    /// many were made to fail.</summary>
    public static (IReadOnlyDictionary<string, long> Calls, long Failed) ReadReports(string folder)
    {
        Dictionary<string, long> calls = [];
        long failed = 0;
        foreach (string path in Directory.GetFiles(folder, "report.*"))
        {
            byte[] report = File.ReadAllBytes(path);
            failed += BinaryPrimitives.ReadInt64LittleEndian(report);
            for (int at = HeadBytes; at < report.Length; at += NameBytes + sizeof(long))
            {
                string kind = Encoding.ASCII.GetString(report, at, NameBytes).TrimEnd('\0');
                long count = BinaryPrimitives.ReadInt64LittleEndian(report.AsSpan(at + NameBytes));
                if (kind.Length > 0)
                {
                    calls[kind] = calls.GetValueOrDefault(kind) + count;
                }
            }
        }

        return (calls, failed);
    }

    private static string Build()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "torture-shim.so");
        string[] sources = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Torture"), "*.c");
        ProcessStartInfo start = new(
            "gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", library, .. sources])
        {
            RedirectStandardError = true,
        };
        using Process compiler = Process.Start(start)!;
        string complaints = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, complaints);
        return library;
    }
}
