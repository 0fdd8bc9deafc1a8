using System.Diagnostics;

namespace Throng.KernelTests;

/// <summary>A network namespace with a loopback interface and settings of its own. Goes with the test.</summary>
internal sealed class Namespace : IDisposable
{
    private static int _made;

    private readonly string _name = $"throng-limit-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";

    public Namespace(params string[] sysctls)
    {
        Needs.Root();
        Needs.Tool("ip");
        bool isMade = TryRun($"netns add {_name}") && TryRun($"-n {_name} link set lo up")
            && sysctls.All(setting => TryRun($"netns exec {_name} sysctl -q -w {setting}"));
        if (!isMade)
        {
            Dispose();
            Needs.Host(false, "network namespaces cannot be made here");
        }
    }

    /// <summary>Starts the program inside.</summary>
    public ThrongProcess Start(params string[] arguments) =>
        ThrongProcess.Start(new Launch { Before = $"ip netns exec {_name} " }, arguments);

    public void Dispose() => _ = TryRun($"netns del {_name}");

    private static bool TryRun(string arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        _ = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return ip.ExitCode == 0;
    }
}
