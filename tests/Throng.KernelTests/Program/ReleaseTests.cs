using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Tests of the files that <c>deploy/release</c> makes, used as people use them: a package installed and purged, the
/// images run as they are in a cluster, without rights.
/// </summary>
public sealed partial class ReleaseTests(ReleaseFiles files) : IClassFixture<ReleaseFiles>
{
    private const string Nobody = "--userspec=65532:65532";

    private static readonly string[] Types = ["application", "framework", "library"];

    [Fact]
    public void Sums_sizes_and_digests_are_right()
    {
        files.AreNeeded();
        ReleaseFiles.Done("bash", "-c", $"cd {files.Output} && sha256sum --check --strict SHA256SUMS");
        int perArchitecture = Directory.GetFiles(files.Output, "*.deb").Length;
        Assert.Equal(files.HasArm64 ? 2 : 1, perArchitecture);
        Assert.Equal((2 * perArchitecture) + 2, File.ReadAllLines(files.File("SHA256SUMS")).Length);
        OciImage image = Image();
        Assert.Equal(files.HasArm64 ? ["amd64", "arm64"] : ["amd64"], image.Architectures);
        foreach (string architecture in image.Architectures)
        {
            JsonElement config = image.Config(architecture);
            Assert.Equal("65532:65532", config.GetProperty("config").GetProperty("User").GetString());
            Assert.Equal("""["/usr/bin/throng"]""", config.GetProperty("config").GetProperty("Entrypoint").ToString());
            Assert.Equal(
                config.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(id => id.GetString()),
                image.Layers(architecture).Select(layer => OciImage.Digest(Unpacked(layer))));
        }
    }

    [Fact]
    public void A_second_run_gives_the_same_bytes()
    {
        files.AreNeeded();
        string again = files.Folder("again");
        string[] names = files.HasArm64 ? ["x64", "arm64"] : ["x64"];
        foreach (string name in names)
        {
            ReleaseFiles.Done(
                "tar", "-xzf", files.File($"*{name}.tar.gz"), "-C", files.Folder(name), "--strip-components=1");
        }

        string[] programs = [.. names.Select(name => $"{name}={files.Folder(name)}/throng")];
        (int exitCode, string text) = files.Make(again, programs);
        Assert.True(exitCode == 0, text);
        Assert.Equal(File.ReadAllText(files.File("SHA256SUMS")), File.ReadAllText(Path.Combine(again, "SHA256SUMS")));
    }

    [Fact]
    public void The_package_is_installed_run_and_purged()
    {
        files.AreNeeded();
        Needs.Root();
        Needs.Tool("dpkg");
        Needs.Tool("chroot");
        Needs.Tool("dash");
        string root = files.Folder("installed");
        ReleaseFiles.Done("tar", "-xzf", Image().Layers("amd64").First(), "-C", root); // the libraries
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/bin/dash", Path.Combine(root, "bin/sh"));
        Directory.CreateDirectory(Path.Combine(root, "var/lib/dpkg/updates"));
        Directory.CreateDirectory(Path.Combine(root, "var/lib/dpkg/info"));
        File.WriteAllText(Path.Combine(root, "var/lib/dpkg/status"), "");
        string[] before = Entries(root);

        // The C library is there, and no package says so.
        ReleaseFiles.Done("dpkg", $"--root={root}", "--force-depends", "--install", files.File("*amd64.deb"));
        string version = ReleaseFiles.Done("chroot", Nobody, root, "/usr/bin/throng", "--version");
        string upstream = version["throng ".Length..].Trim();
        Assert.Contains(
            $"Version: {DebianVersion().Replace(upstream, "~")}\n",
            ReleaseFiles.Done("dpkg", $"--root={root}", "--status", "throng"), StringComparison.Ordinal);
        string held = ReleaseFiles.Done("chroot", Nobody, root, "/usr/bin/throng", "hold", "50", "--for", "1s", "-q");
        Assert.StartsWith("held 50 of 50", held, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(root, "etc/default/throng"), Entries(root));
        Assert.Contains(Path.Combine(root, "etc/default/throng-agent"), Entries(root));
        Assert.DoesNotContain(Entries(root), path => path.Contains("/etc/systemd/", StringComparison.Ordinal));

        ReleaseFiles.Done("dpkg", $"--root={root}", "--purge", "throng");
        Assert.Equal(before, Entries(root));
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void The_image_runs_without_rights(string architecture)
    {
        files.AreNeeded();
        Needs.Root();
        Needs.Tool("chroot");
        string root = files.Folder($"image-{architecture}");
        string emulator = "";
        if (architecture == "arm64")
        {
            Needs.Case(files.HasArm64, "there is no image for arm64: its program cannot be linked here");
            Needs.Tool("qemu-aarch64-static");
            File.Copy("/usr/bin/qemu-aarch64-static", Path.Combine(root, "emulator"));
            emulator = "/emulator ";
        }

        Image().Unpack(architecture, root);
        string program = $"chroot {Nobody} {root} {emulator}/usr/bin/throng";
        string held = ReleaseFiles.Done("bash", "-c", $"exec {program} hold 50 --for 1s -q");
        Assert.StartsWith("held 50 of 50", held, StringComparison.Ordinal);
        string story = ReleaseFiles.Done("bash", "-c", $$"""
            set -e
            {{program}} serve --tls --listen 127.0.0.1:7000 -q >/dev/null 2>&1 &
            until (exec 3<>/dev/tcp/127.0.0.1/7000) 2>/dev/null; do kill -0 $!; sleep 0.1; done
            grep -q '^Uid:.65532.65532' /proc/$!/status
            {{program}} query --protocol echo --tls --rate 20 -c 2 --target 127.0.0.1:7000 --for 3s -q --json
            kill $!
            wait $!
            """);
        Document document = new(story, story);
        Assert.True(document.Number("messages.answered") > 0, story);
        document.Equal(0, document.Number("connections.lost"), "lost");
    }

    [Fact]
    public void The_list_of_components_has_what_the_schema_wants()
    {
        files.AreNeeded();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(files.File("*.cdx.json")));
        JsonElement list = document.RootElement;
        Assert.Equal("CycloneDX", list.GetProperty("bomFormat").GetString());
        Assert.Equal("1.6", list.GetProperty("specVersion").GetString());
        Assert.Equal(1, list.GetProperty("version").GetInt32());
        Assert.Matches(SerialNumber(), list.GetProperty("serialNumber").GetString());
        JsonElement[] components = [.. list.GetProperty("components").EnumerateArray()];
        Assert.All(components, component =>
        {
            Assert.NotEmpty(component.GetProperty("name").GetString()!);
            Assert.Contains(component.GetProperty("type").GetString(), Types);
            Assert.NotEmpty(component.GetProperty("version").GetString()!);
            Assert.NotEmpty(component.GetProperty("licenses").EnumerateArray());
        });
        string[] names = [.. components.Select(component => component.GetProperty("bom-ref").GetString()!)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains(names, name => PackageAddress().IsMatch(name));
        Assert.Contains(names, name => name.StartsWith("pkg:nuget/runtime.linux-x64.", StringComparison.Ordinal));
        Assert.All(
            list.GetProperty("dependencies").EnumerateArray().Select(one => one.GetProperty("ref").GetString()!),
            name => Assert.Contains(name, (string[])[.. names, "throng"]));
    }

    [Fact]
    public void Manual_pages_are_rendered()
    {
        files.AreNeeded();
        Needs.Tool("groff");
        string[] pages = Directory.GetFiles(Installed("pages"), "*.1.gz", SearchOption.AllDirectories);
        Assert.True(pages.Length > 10);
        foreach (string page in pages)
        {
            string text = ReleaseFiles.Done(
                "bash", "-c", $"set -o pipefail; zcat {page} | groff -man -Tutf8 -ww -P-cbou");
            Assert.Contains("SYNOPSIS", text, StringComparison.Ordinal);
            Assert.DoesNotContain("warning", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("throng.service")]
    [InlineData("throng-agent.service")]
    public void A_unit_starts_the_program_of_the_package(string name)
    {
        files.AreNeeded();
        string root = Installed(name);
        string unit = Path.Combine(root, "usr/lib/systemd/system", name);
        string start = File.ReadAllLines(unit).Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        string program = start["ExecStart=".Length..].Split(' ')[0];
        Assert.True(File.Exists(root + program), start);
        if (!ReleaseFiles.HasTool("systemd-analyze"))
        {
            return;
        }

        string here = Path.Combine(files.Folder("verified-" + name), name);
        File.WriteAllText(here, File.ReadAllText(unit).Replace(program, root + program, StringComparison.Ordinal));
        Assert.Equal("", ReleaseFiles.Done("systemd-analyze", "verify", "--man=no", here));
    }

    private OciImage Image() => new(Assert.Single(Directory.GetDirectories(files.Output, "*-oci")));

    /// <summary>The package's files, unpacked into a folder.</summary>
    private string Installed(string name)
    {
        string root = files.Folder(name);
        ReleaseFiles.Done("dpkg-deb", "-x", files.File("*amd64.deb"), root);
        return root;
    }

    private static byte[] Unpacked(string layer)
    {
        using GZipStream zipped = new(File.OpenRead(layer), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        zipped.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>All there is under a root but what dpkg keeps for itself.</summary>
    private static string[] Entries(string root) =>
    [
        .. Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Combine(root, "var/lib/dpkg"), StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The dash before what comes before a release.</summary>
    [GeneratedRegex("(?<=^[^-]*)-")]
    private static partial Regex DebianVersion();

    [GeneratedRegex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    private static partial Regex SerialNumber();

    [GeneratedRegex(@"^pkg:deb/[a-z]+/libc6@[0-9A-Za-z.%~-]+\?arch=amd64")]
    private static partial Regex PackageAddress();
}
