using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// A DNS server that is not ours, in the foreground on loopback, with its files in a folder of its own. Ended by its
/// process id, whatever became of the test.
/// </summary>
internal sealed class DnsServer : IDisposable
{
    private const int SIGSTOP = 19;

    private readonly string _folder = Directory.CreateTempSubdirectory("throng-dns-").FullName;
    private readonly DnsSoftware _software;
    private readonly List<Thread> _readers = [];
    private readonly Transcript _said = new();
    private Process _process;

    private DnsServer(string name, string[] more)
    {
        int ports = FreePort.Range(3);
        Port = ports;
        TlsPort = ports + 1;
        _software = DnsSoftware.Of(name, _folder, (Port, TlsPort, ports + 2), more);
        try
        {
            CheckNeeds();
            foreach ((string file, string text) in _software.Files)
            {
                File.WriteAllText(Path.Combine(_folder, file), text);
            }

            _ = Tool(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                $"{_folder}/key.pem", "-out", Certificate, "-subj", "/CN=dns.test", "-addext",
                "subjectAltName=DNS:dns.test", "-days", "2");
            _process = Launch();
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    public int Port { get; }

    public int TlsPort { get; }

    public string Certificate => $"{_folder}/certificate.pem";

    /// <summary>A file of <see cref="DnsZone.Questions"/>.</summary>
    public string QuestionsPath
    {
        get
        {
            string path = $"{_folder}/questions";
            File.WriteAllText(path, DnsZone.Questions);
            return path;
        }
    }

    /// <param name="name">unbound, nsd, knot or bind.</param>
    /// <param name="more">Lines for the options of its configuration.</param>
    public static DnsServer Start(string name, params string[] more)
    {
        DnsServer server = new(name, more);
        try
        {
            server.AwaitAnswer();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Figures that the server has counted so far. A figure that the server does not report is missing; one it leaves
    /// out while 0 is 0.
    /// </summary>
    public IReadOnlyDictionary<string, long> Figures()
    {
        if (_software.FiguresPath.Length > 0)
        {
            File.Delete(_software.FiguresPath);
        }

        string told = Tool([.. _software.Asking]);
        told = _software.FiguresPath.Length > 0 ? File.ReadAllText(_software.FiguresPath) : told;
        return _software.Figures.ToDictionary(
            figure => figure.Key,
            figure => Regex.Match(told, $"^{figure.Value}$", RegexOptions.Multiline) is { Success: true } match
                ? long.Parse(match.Groups[1].Value)
                : 0);
    }

    /// <summary>Stands still: takes what the kernel takes for it, and answers nothing.</summary>
    public void Pause() => Assert.Equal(0, ThrongProcess.kill(_process.Id, SIGSTOP));

    /// <summary>Ends it without a chance to say goodbye.</summary>
    public void Kill()
    {
        _process.Kill();
        Assert.True(_process.WaitForExit(Eventually.Patience), Story());
    }

    /// <summary>Another one in its place, after its end.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Launch();
        AwaitAnswer();
    }

    public string Story() => $"{_software.Program} in {_folder} said: {_said.Text}";

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // Its children end with it only when it is asked.
            _ = ThrongProcess.kill(_process.Id, ThrongProcess.SIGTERM);
            if (!_process.WaitForExit(Eventually.Patience))
            {
                Kill();
            }
        }

        _readers.ForEach(reader => reader.Join(Eventually.Patience));
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void CheckNeeds()
    {
        Needs.Tool("openssl");
        Needs.Tool(_software.Program);
        string profiles = "/sys/kernel/security/apparmor/profiles";
        bool isConfined = false;
        try
        {
            isConfined = File.Exists(profiles)
                && File.ReadAllText(profiles).Contains(_software.Program, StringComparison.Ordinal);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Not root: whether it is confined shows when it starts.
        }

        Needs.Host(!isConfined, $"AppArmor keeps {_software.Program} to folders of its own");
    }

    private Process Launch()
    {
        Process process = Started(_software.Program, _software.Arguments);
        foreach (StreamReader stream in (StreamReader[])[process.StandardOutput, process.StandardError])
        {
            Thread reader = new(() => _said.Fill(stream)) { IsBackground = true };
            reader.Start();
            _readers.Add(reader);
        }

        return process;
    }

    private void AwaitAnswer() => Eventually.Holds(
        () =>
        {
            Assert.False(_process.HasExited, Story());
            return Answers();
        },
        Story,
        everyMs: 20);

    /// <summary>Whether it has the zone: one query over TCP, which its figures have from then on.</summary>
    private bool Answers()
    {
        ReadOnlySpan<byte> query =
        [
            0, 29, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "\u0007example\u0003com\0"u8, 0, 6, 0, 1,
        ];
        try
        {
            using Socket socket = Peer.Connect(Port);
            socket.Send(query);
            byte[] header = new byte[6];
            return Peer.ReadAll(socket, header) == header.Length && (header[5] & 15) == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Tool(params string[] words)
    {
        using Process process = Started(words[0], words[1..]);
        Task<string> complaints = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Eventually.Patience), $"{words[0]} does not end");
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', words)}: {output}{complaints.Result}");
        return output;
    }

    private static Process Started(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
