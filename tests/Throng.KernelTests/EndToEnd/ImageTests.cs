using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests.EndToEnd;

/// <summary>
/// The root file system of the image: made twice, and its program run inside it as it is in a cluster, without rights
/// and with nothing that can be written to. Needs what `dotnet publish src/Throng -c Release -o out` leaves.
/// </summary>
public sealed class ImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("throng-image-").FullName;

    [Fact]
    public void The_image_is_the_same_twice_and_its_program_runs_in_it_without_rights()
    {
        string repository = Root();
        string published = Path.Combine(repository, "out", "throng");
        Needs.Root();
        Needs.File(published);
        Needs.Tool("chroot");
        Needs.Host(Runs("unshare", "-m", "--propagation", "private", "true"), "mounts are not allowed here");
        string build = Path.Combine(repository, "deploy", "image", "build");
        string tar = Path.Combine(_folder, "throng.tar");
        string again = Path.Combine(_folder, "again.tar");
        Assert.True(Runs("sh", build, published, tar) && Runs("sh", build, published, again));
        Assert.True(File.ReadAllBytes(tar).AsSpan().SequenceEqual(File.ReadAllBytes(again)), "the same bytes twice");

        string image = Path.Combine(_folder, "image");
        Directory.CreateDirectory(image);
        Assert.True(Runs("tar", "-xf", tar, "-C", image));
        string inside = Path.Combine(_folder, "inside");
        File.WriteAllText(inside, $"""
            set -e
            while [ "$1" != serve ] && [ "$1" != hold ]; do shift; done
            mount --bind {image} {image}
            mount --rbind /proc {image}/proc
            mount --rbind /dev {image}/dev
            mount -o remount,ro,bind {image}
            exec chroot --userspec=65532:65532 {image} /usr/bin/throng "$@"
            """);
        Launch launch = new()
        {
            Before = $"unshare -m --propagation private sh {inside} ",
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_EnableDiagnostics"] = "0",
                ["POD_NAME"] = "pod-1",
            },
        };
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            launch, "serve", "--mode", "stamp", "--tls", "--listen", $"127.0.0.1:{port}", "--json", "-q");
        using (Socket up = Peer.ConnectTo(port, server))
        {
            Assert.Contains("Uid:\t65532\t65532", File.ReadAllText($"/proc/{server.Id}/status"));
        }

        using ThrongProcess client = ThrongProcess.Run(
            launch, 0, "hold", "50", "--tls", "--target", $"localhost:{port}", "--until-held", "--for", "20s",
            "--json");
        client.Document().Equal(50, client.Document().Number("connections.held"), "held");
        server.Signal(ThrongProcess.SIGTERM);
        Assert.Equal("pod-1", server.Finish().Text("serve.name"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Root()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Throng.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new DirectoryNotFoundException("no Throng.slnx above the test program");
    }

    private static bool Runs(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
