using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Runs that are watched over TLS, by programs that are not ours.</summary>
public sealed class HttpTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("throng-tls-").FullName;

    private string Token => Path.Combine(_folder, "token");

    private string Certificate => Path.Combine(_folder, "cert.pem");

    private string Key => Path.Combine(_folder, "key.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Other_hosts_ask_over_TLS_and_know_the_certificate_by_its_fingerprint()
    {
        Needs.Tool("openssl");
        Needs.Tool("curl");
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "1h", "--http=0.0.0.0:0", "--http-token-file", Token);
        string url = Encrypted(run);
        string line = run.Process.Error.Lines().First(
            one => one.Contains("watch at https://", StringComparison.Ordinal));
        string fingerprint = line[line.IndexOf("sha256:", StringComparison.Ordinal)..];
        string shown = Out("sh", "-c", $"openssl s_client -connect {url["https://".Length..]} </dev/null 2>/dev/null "
            + $"| openssl x509 -out {Certificate} && openssl x509 -in {Certificate} -noout -fingerprint -sha256");
        Assert.EndsWith(
            fingerprint["sha256:".Length..], shown.Trim().Replace(":", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase);

        string bearer = "Authorization: Bearer " + File.ReadAllText(Token).Trim();
        string status = Out("curl", "-sS", "--cacert", Certificate, "-H", bearer, url + "/api/v1/status");
        Assert.Contains("\"command\":\"hold\"", status, StringComparison.Ordinal);
        string refused = Out("curl", "-sS", "--cacert", Certificate, url + "/api/v1/status");
        Assert.Contains("401", refused, StringComparison.Ordinal);
        Assert.Equal("", Out("curl", "-s", "--max-time", "20", run.Url + "/healthz"));
        string stream = Out(
            "curl", "-sN", "--max-time", "3", "--cacert", Certificate, "-H", bearer, url + "/api/v1/stream");
        Assert.Contains("\ndata: {", stream, StringComparison.Ordinal);

        string[] ctl = ["ctl", "--http-token-file", Token];
        using ThrongProcess pinned = ThrongProcess.Run(0, [.. ctl, "--fingerprint", fingerprint, url, "set", "7"]);
        Assert.Equal("requested 7 (was 5)", pinned.OutputText.TrimEnd());
        using ThrongProcess unknown = ThrongProcess.Run(3, [.. ctl, url, "set", "9"]);
        Assert.Contains(fingerprint, unknown.ErrorText, StringComparison.Ordinal);
        string other = fingerprint[..^1] + (fingerprint[^1] == '0' ? '1' : '0');
        using ThrongProcess wrong = ThrongProcess.Run(3, [.. ctl, "--fingerprint", other, url, "set", "9"]);
        Assert.Contains("another certificate", wrong.ErrorText, StringComparison.Ordinal);
        using ThrongProcess asked = ThrongProcess.Run(0, [.. ctl, "--fingerprint", fingerprint, url, "status"]);
        Assert.Contains("requested     7", asked.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_given_is_shown_on_loopback_too()
    {
        Needs.Tool("curl");
        Make(Certificate, Key);
        using HttpRun run = HttpRun.Start(
            "hold", "5", "--for", "1h", "--http=127.0.0.1:0", "--http-cert", Certificate, "--http-key", Key);
        string url = Encrypted(run);
        using Socket garbage = new(SocketType.Stream, ProtocolType.Tcp);
        garbage.Connect("127.0.0.1", new Uri(url).Port);
        garbage.Send(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        string status = Out("curl", "-sS", "--cacert", Certificate, url + "/api/v1/status");
        Assert.Contains("\"requested\":5", status, StringComparison.Ordinal);

        string both = Path.Combine(_folder, "both.pem");
        File.WriteAllText(both, File.ReadAllText(Certificate) + File.ReadAllText(Key));
        File.SetUnixFileMode(both, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        using HttpRun second = HttpRun.Start(
            "hold", "1", "--for", "1h", "--http=127.0.0.1:0", "--http-cert", both);
        Assert.NotEmpty(Out("curl", "-sS", "--cacert", Certificate, Encrypted(second) + "/healthz"));
    }

    [Fact]
    public void Files_that_do_not_fit_are_refused_in_one_line()
    {
        Make(Certificate, Key);
        string otherKey = Path.Combine(_folder, "other.pem");
        Make(Path.Combine(_folder, "unused.pem"), otherKey);
        string none = Path.Combine(_folder, "none.pem");
        string text = Path.Combine(_folder, "text.pem");
        File.WriteAllText(text, "no certificate\n");
        string open = Path.Combine(_folder, "open.pem");
        File.Copy(Key, open);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        foreach ((int exit, string[] words, string said) in ((int, string[], string)[])
        [
            (3, ["--http-cert", none, "--http-key", Key], "there is no such file"),
            (3, ["--http-cert", Certificate, "--http-key", none], "there is no such file"),
            (3, ["--http-cert", text, "--http-key", Key], "is no certificate in PEM"),
            (3, ["--http-cert", Certificate, "--http-key", otherKey], "has not its private key"),
            (3, ["--http-cert", Certificate], "has not its private key"),
            (3, ["--http-cert", Certificate, "--http-key", open], "others than its owner can read or write it"),
            (3, ["--http-cert", "/dev/zero"], "is no regular file"),
            (2, ["--http-key", Key], "has no effect without --http-cert"),
            (2, ["--http-cert", Certificate, "--http-plain"], "contradicts --http-cert"),
        ])
        {
            using ThrongProcess run = ThrongProcess.Run(exit, ["hold", "1", "--http=127.0.0.1:0", .. words]);
            Assert.Contains(said, run.ErrorText, StringComparison.Ordinal);
            Assert.Single(run.Error.Lines(), line => line.Length > 0);
        }

        using ThrongProcess digits = ThrongProcess.Run(
            2, "ctl", "--fingerprint", "12", "https://127.0.0.1:1", "status");
        Assert.Contains("64 hexadecimal digits", digits.ErrorText, StringComparison.Ordinal);
    }

    private static string Encrypted(HttpRun run) => run.Url.Replace("http://", "https://", StringComparison.Ordinal);

    private static void Make(string certificate, string key)
    {
        Needs.Tool("openssl");
        _ = Out("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            key, "-out", certificate, "-days", "2", "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1");
    }

    private static string Out(string program, params string[] words)
    {
        ProcessStartInfo start = new(program, words)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error.Result;
        return output;
    }
}
