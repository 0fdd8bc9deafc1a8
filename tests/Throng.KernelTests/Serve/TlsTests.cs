using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>TLS against OpenSSL's own programs, against peers that do not speak it, and against itself.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("throng-tls-").FullName;

    private string Certificate => Path.Combine(_folder, "certificate.pem");

    private string ControlPath => Path.Combine(_folder, "control");

    private string Key => Path.Combine(_folder, "key.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("uring", "-tls1_3")]
    [InlineData("epoll", "-tls1_2")]
    public void Another_client_gets_its_echo_from_serve(string engine, string version)
    {
        Needs.Tool("openssl");
        Requirement.Engine(engine);
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--tls", "--listen", $"127.0.0.1:{port}", "--threads", "1", "--engine", engine, "--json");
        Peer.ConnectTo(port, server).Dispose(); // one worker: it has gone before the next comes
        byte[] sent = Peer.Pattern(200_000);
        byte[] came = [.. OpenSsl(sent, "s_client", "-connect", $"127.0.0.1:{port}", "-quiet", version)];
        Assert.Equal(sent, came);
        Assert.Matches("made a certificate, SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}", server.ErrorText);
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        Document document = server.Document().AddsUp();
        document.Equal(1, document.Number("connections.opened"), "the peer without TLS never was a connection");
        document.Equal(1, document.Count("connections.connect_failed", "tls-failed"), "it failed of TLS");
    }

    [Theory]
    [InlineData("uring", "-tls1_2")]
    [InlineData("epoll", "-tls1_3")]
    public void Another_server_is_held_and_verified(string engine, string version)
    {
        Requirement.Engine(engine);
        MakeCertificate();
        int port = FreePort.One();
        using Process server = StartServer(port, version);
        using ThrongProcess run = Hold(
            "1", "--target", $"localhost:{port}", "--tls-verify", "--tls-ca", Certificate, "--engine", engine);
        Document document = Quit(run, "held", 1, exitCode: 0);
        document.Equal(1, document.Number("connections.held"), "held"); // it serves one at a time
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(1, document.Number("connect.handshake_ns.count"), "handshakes");
        server.Kill();
        server.WaitForExit();
    }

    [Theory]
    [InlineData("--tls-verify", "certificate verify failed: ")]
    [InlineData("--tls-name", "hostname mismatch")]
    public void A_certificate_that_is_not_good_fails_the_connect(string option, string why)
    {
        MakeCertificate();
        int port = FreePort.One();
        using Process server = StartServer(port, "-tls1_3");
        string[] more = option == "--tls-verify" ? [option]
            : ["--tls-verify", "--tls-ca", Certificate, option, "elsewhere.example"];
        using ThrongProcess run = Hold(["3", "--target", $"localhost:{port}", .. more]);
        Document document = Quit(run, "failed", 3, exitCode: 1);
        Assert.True(document.Count("connections.connect_failed", "tls-failed") >= 3, run.Story());
        Assert.Contains(why, run.OutputText, StringComparison.Ordinal);
        server.Kill();
        server.WaitForExit();
    }

    [Theory]
    [InlineData("uring", "DNS:localhost", false)]
    [InlineData("epoll", "IP:127.0.0.9", false)]
    [InlineData("epoll", "IP:127.0.0.1", true)]
    [InlineData("uring", "IP:127.0.0.1", true)]
    public void A_certificate_for_another_address_is_not_good(string engine, string name, bool isGood)
    {
        Requirement.Engine(engine);
        MakeCertificate(name);
        int port = FreePort.One();
        using Process server = StartServer(port, "-tls1_3");
        using ThrongProcess run = Hold(
            "1", "--target", $"127.0.0.1:{port}", "--tls-verify", "--tls-ca", Certificate, "--engine", engine);
        Document document = Quit(run, isGood ? "held" : "failed", 1, exitCode: isGood ? 0 : 1);
        document.Equal(isGood ? 1 : 0, document.Number("connections.opened"), "opened");
        bool isNamed = document.Text("verdict.text").Contains("(certificate verify failed: ", StringComparison.Ordinal);
        Assert.Equal(!isGood, isNamed);
        Assert.Equal(!isGood, run.OutputText.Contains("IP address mismatch", StringComparison.Ordinal));
        server.Kill();
        server.WaitForExit();
    }

    [Fact]
    public void A_peer_that_speaks_no_tls_fails_the_connect()
    {
        using Socket listener = Peer.Listen();
        Thread talker = new(() => GreetAll(listener)) { IsBackground = true };
        talker.Start();
        using ThrongProcess run = Hold("2", "--target", $"127.0.0.1:{Peer.PortOf(listener)}");
        Document document = Quit(run, "failed", 2, exitCode: 1);
        Assert.True(document.Count("connections.connect_failed", "tls-failed") >= 2, run.Story());
        Assert.Contains("wrong version number", run.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_stalls_in_the_handshake_is_a_timeout_of_TLS()
    {
        using Socket listener = Peer.Listen();
        using ThrongProcess run = Hold(
            "2", "--target", $"127.0.0.1:{Peer.PortOf(listener)}", "--connect-timeout", "100ms");
        Document document = Quit(run, "failed", 2, exitCode: 1);
        Assert.True(document.Count("connections.connect_failed", "tls-timeout") >= 2, run.Story());
        document.Equal(0, document.Number("connections.opened"), "opened");
    }

    [Fact]
    public void Two_thousand_are_held_and_pinged()
    {
        int count = Suite.IsFull ? 2000 : 200;
        using ThrongProcess run = Hold($"{count}", "--ping", "--ping-interval", "1s", "--ping-timeout", "1m");
        using ControlClient control = ControlClient.To(ControlPath, run);
        control.Await("held", count, run);
        Eventually.Holds(() => Pings(control).Answered >= count, run.Story);
        control.Ask("ping off");
        Eventually.Holds(() => Pings(control) is var (sent, answered) && sent == answered, run.Story);
        control.Ask("quit");
        Document document = run.Finish();
        document.Equal(count, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(count, document.Number("connect.handshake_ns.count"), "handshakes");
        Assert.True(document.Number("messages.answered") >= count, run.Story());
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
    }

    /// <summary>A file in the way of the library, which then cannot be loaded.</summary>
    [Fact]
    public void Without_the_library_it_says_what_to_install()
    {
        File.WriteAllText(Path.Combine(_folder, "libssl.so.3"), "");
        Launch launch = new() { Environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = _folder } };
        string port = $"127.0.0.1:{FreePort.One()}";
        foreach (string[] words in (string[][])[["serve", "--tls", "--listen", port], ["hold", "1", "--tls"]])
        {
            using ThrongProcess run = ThrongProcess.Run(launch, 3, words);
            Assert.Equal(
                $"throng {words[0]}: TLS needs OpenSSL 3 (libssl.so.3), which is not on this host; "
                    + "install it: apt-get install libssl3",
                run.ErrorText);
        }
    }

    private ThrongProcess Hold(params string[] words) =>
        ThrongProcess.Start(["hold", "--tls", "--json", "-q", "--control", ControlPath, .. words]);

    /// <summary>Ends a run once its status says at least so many.</summary>
    private Document Quit(ThrongProcess run, string label, long number, int exitCode)
    {
        using ControlClient control = ControlClient.To(ControlPath, run);
        Eventually.Holds(() => control.Status(label) >= number, run.Story);
        control.Ask("quit");
        return run.Finish(exitCode);
    }

    private static (long Sent, long Answered) Pings(ControlClient control)
    {
        string line = control.Ask("status").Split('\n').First(
            one => one.StartsWith("ping ", StringComparison.Ordinal));
        long[] figures = [.. line.Split(", ")[1..].Select(ControlClient.Leading)];
        return figures.Length < 2 ? (0, 0) : (figures[0], figures[1]);
    }

    /// <summary>Speaks first, and not TLS.</summary>
    private static void GreetAll(Socket listener)
    {
        try
        {
            while (true)
            {
                using Socket peer = listener.Accept();
                peer.Send("220 mail.example ESMTP\r\n"u8);
                _ = peer.Receive(new byte[1024]);
            }
        }
        catch (SocketException)
        {
            // The listener is closed: the test is over.
        }
    }

    private void MakeCertificate(string name = "DNS:localhost")
    {
        Needs.Tool("openssl");
        _ = OpenSsl(
            [], "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", Key,
            "-out", Certificate, "-subj", "/CN=localhost", "-addext", $"subjectAltName={name}", "-days", "2");
    }

    private Process StartServer(int port, string version)
    {
        Process server = Start("s_server", "-accept", $"{port}", "-cert", Certificate, "-key", Key, "-quiet", version);
        Eventually.Holds(
            () =>
            {
                try
                {
                    Peer.Connect(port).Dispose();
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            () => "s_server does not listen");
        return server;
    }

    /// <summary>
    /// Runs it with this on its input; what it wrote. Its input stays open until as much has come back.
    /// </summary>
    private static byte[] OpenSsl(byte[] input, params string[] arguments)
    {
        using Process process = Start(arguments);
        Thread writer = new(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.BaseStream.Flush();
        });
        writer.Start();
        byte[] output = new byte[input.Length];
        process.StandardOutput.BaseStream.ReadExactly(output);
        writer.Join();
        process.StandardInput.Close();
        if (input.Length > 0)
        {
            process.Kill(); // s_client waits for the server to end it
        }

        Assert.True(process.WaitForExit(Eventually.Patience));
        return output;
    }

    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
