namespace Throng.KernelTests;

/// <summary>A control group of version 1 with one setting, for what a test starts in it.</summary>
internal sealed class ControlGroup : IDisposable
{
    private static int s_made;

    private readonly string _path;

    /// <summary>Skips the test where there are none.</summary>
    /// <param name="controller">Such as <c>memory</c>.</param>
    public ControlGroup(string controller, string setting, string value)
    {
        Needs.Root();
        string parent = $"/sys/fs/cgroup/{controller}";
        Needs.Host(
            File.Exists($"{parent}/cgroup.procs") && Directory.Exists($"{parent}/../unified"),
            "there are no control groups of version 1 here");
        _path = $"{parent}/throng-{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}";
        try
        {
            _ = Directory.CreateDirectory(_path);
            File.WriteAllText($"{_path}/{setting}", value);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Needs.Host(has: false, "control groups cannot be made here");
        }
    }

    /// <summary>Shell text before a program that is to run in it.</summary>
    public string Before => $"sh -c 'echo $$ >{_path}/cgroup.procs && exec \"$@\"' x ";

    public void Dispose()
    {
        Eventually.Holds(TryRemove, () => $"{_path} has processes");
    }

    private bool TryRemove()
    {
        try
        {
            Directory.Delete(_path);
            return true;
        }
        catch (IOException)
        {
            return !Directory.Exists(_path);
        }
    }
}
