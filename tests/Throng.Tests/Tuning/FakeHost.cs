using Throng.Engine;
using Throng.Linux;

namespace Throng.Tests;

/// <summary>A directory that looks like /proc/sys, and one for the undo file.</summary>
internal sealed class FakeHost : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-host-").FullName;

    public FakeHost()
    {
        foreach ((string name, string value) in Before)
        {
            string path = PathOf(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, value + "\n");
        }
    }

    public static IReadOnlyDictionary<string, string> Before { get; } = new Dictionary<string, string>
    {
        ["net.ipv4.tcp_syncookies"] = "1",
        ["net.core.somaxconn"] = "4096",
        ["net.ipv4.tcp_max_syn_backlog"] = "2048",
        ["net.ipv4.ip_local_port_range"] = "32768\t60999",
        ["net.ipv4.tcp_tw_reuse"] = "2",
        ["net.ipv4.tcp_max_tw_buckets"] = "131072",
        ["net.ipv4.tcp_mem"] = "287901\t383869\t575802",
        ["fs.file-max"] = "2466180",
        ["fs.nr_open"] = "1048576",
    };

    public TuningPlace Place { get; set; } = new(new NetworkNamespace(4026532177, 12), "this-boot");

    public string UndoPath => Path.Combine(_directory, "undo.json");

    public Tuner Tuner => new()
    {
        UndoPath = UndoPath, SysctlRoot = Path.Combine(_directory, "sys"), NoTrack = new NoTrack(""), Place = Place,
    };

    public TuningWish All { get; } = new() { HostToo = true, MemoryBytes = 24L << 30, PageBytes = 4096 };

    /// <summary>Content of the files now, as the files have it.</summary>
    public Dictionary<string, string> Now => Before.Keys.ToDictionary(name => name, name =>
        File.ReadAllText(PathOf(name)).TrimEnd('\n'));

    public string PathOf(string name) => Path.Combine(_directory, "sys", name.Replace('.', '/'));

    public void Set(string name, string value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), value + "\n");
    }

    /// <summary>A setting that says 256 and cannot be written, by root neither.</summary>
    public void Lock(string name)
    {
        File.Delete(PathOf(name));
        File.CreateSymbolicLink(PathOf(name), "/proc/sys/kernel/random/poolsize");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
