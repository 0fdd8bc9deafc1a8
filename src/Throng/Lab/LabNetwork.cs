using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// Two network namespaces joined by a veth. A file says which they are, by name and by the kernel's number: one that
/// is not in it, or that is another one by now, is never touched. The file is locked for as long as they are there.
/// </summary>
internal sealed class LabNetwork : IDisposable
{
    /// <summary>Names of the two namespaces.</summary>
    public const string Client = "throng-lab-client";
    public const string Server = "throng-lab-server";

    /// <summary>Each end of the veth, in its namespace.</summary>
    public const string Cable = "cable";

    /// <summary>Address of the server's end; the client's is one lower.</summary>
    public const string ServerAddress = "10.9.0.2";

    /// <summary>Addresses of the network that nobody has.</summary>
    public const string FreeAddresses = "10.9.128.0/30";

    /// <summary>Where the two are written down.</summary>
    public const string StatePath = "/run/throng-lab";

    private const string ClientAddress = "10.9.0.1";
    private const string Folder = "/run/netns";

    private readonly FileStream _state;

    private LabNetwork(FileStream state) => _state = state;

    /// <summary>Removes what a killed one has left, and makes both anew.</summary>
    /// <exception cref="SetupException">It is not allowed, another one is at work, or ip refuses something.</exception>
    public static LabNetwork Make()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new SetupException(
                "a lab makes network namespaces, which takes root", "sudo throng lab", Errno.EPERM);
        }

        LabNetwork network = new(OpenState());
        try
        {
            network.RemoveRecorded();
            network.Add(Client);
            network.Add(Server);
            Join();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Words before a command that is to run in one of them.</summary>
    public static string Enter(string name) => $"ip netns exec {name}";

    public void Dispose()
    {
        RemoveRecorded();
        _state.Dispose();
        File.Delete(StatePath);
    }

    private static FileStream OpenState()
    {
        try
        {
            return new FileStream(StatePath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"{StatePath} cannot be taken: {Reason.Describe(failure)}",
                "another throng lab is at work: end it first");
        }
    }

    private void Add(string name)
    {
        if (Files.Inode($"{Folder}/{name}") != 0)
        {
            throw new SetupException(
                $"there is a network namespace {name}, which no throng lab has written down",
                $"ip netns del {name}, if nobody needs it", Errno.EEXIST);
        }

        Ip($"netns add {name}");
        Record(name, Files.Inode($"{Folder}/{name}"));
        Ip($"-n {name} link set lo up");
    }

    private static void Join()
    {
        Ip($"link add {Cable} netns {Client} type veth peer name {Cable} netns {Server}");
        Ip($"-n {Client} addr add {ClientAddress}/16 dev {Cable}");
        Ip($"-n {Server} addr add {ServerAddress}/16 dev {Cable}");
        Ip($"-n {Client} link set {Cable} up");
        Ip($"-n {Server} link set {Cable} up");
    }

    /// <summary>Writes one line for each, name and the kernel's number, before anything more happens.</summary>
    private void Record(string name, ulong inode)
    {
        _ = _state.Seek(0, SeekOrigin.End);
        _state.Write(System.Text.Encoding.UTF8.GetBytes($"{name} {inode}\n"));
        _state.Flush(flushToDisk: true);
    }

    private void RemoveRecorded()
    {
        _ = _state.Seek(0, SeekOrigin.Begin);
        using StreamReader reader = new(_state, leaveOpen: true);
        foreach (string line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            bool isOurs = words is [Client or Server, _];
            if (isOurs && ulong.TryParse(words[1], CultureInfo.InvariantCulture, out ulong inode) && inode != 0
                && Files.Inode($"{Folder}/{words[0]}") == inode)
            {
                Ip($"netns del {words[0]}");
            }
        }

        _state.SetLength(0);
        _state.Flush(flushToDisk: true);
    }

    private static void Ip(string arguments)
    {
        try
        {
            using Process ip = Process.Start(
                new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            string said = ip.StandardError.ReadToEnd().Trim();
            ip.WaitForExit();
            if (ip.ExitCode != 0)
            {
                throw new SetupException($"ip {arguments}: {said}", "see: ip link, ip netns");
            }
        }
        catch (Win32Exception)
        {
            throw new SetupException(
                "there is no program ip, which lays the cable", "install iproute2 (apt-get install iproute2)");
        }
    }
}
