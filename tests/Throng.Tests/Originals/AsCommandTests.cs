using Throng.Originals;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng as` itself: its names, its links, and the page about it.</summary>
public sealed class AsCommandTests
{
    [Theory]
    [InlineData("throng as: unknown program 'tspan'; did you mean tspam?", "as", "tspan")]
    [InlineData("throng as: which program? One of sessioner_initiator, ", "as")]
    [InlineData("throng as: --install needs DIR", "as", "--install")]
    public void What_is_missing_or_unknown_is_said(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(words));
        Assert.StartsWith(error, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_made_for_each_and_kept_and_nothing_is_overwritten()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("throng-links-");
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "--install", directory.FullName));
        string[] made = [.. directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(AllOriginals.All.Select(one => one.Name).Order(StringComparer.Ordinal), made);
        Assert.All(directory.GetFiles(), file => Assert.Equal(Environment.ProcessPath, file.LinkTarget));

        CliShell again = new();
        Assert.Equal(0, again.Run("as", "--install", directory.FullName));
        Assert.Equal("", again.Out);

        File.Delete(Path.Combine(directory.FullName, "tspam"));
        File.WriteAllText(Path.Combine(directory.FullName, "tspam"), "mine");
        CliShell taken = new();
        Assert.Equal(3, taken.Run("as", "--install", directory.FullName));
        Assert.Contains("something else has that name", taken.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(directory.FullName, "tspam")));
        directory.Delete(recursive: true);
    }

    [Fact]
    public void The_document_says_as_whom_and_the_environment_reaches_the_native_command()
    {
        string path = Path.GetTempFileName();
        CliShell shell = new();
        shell.Environment["THRONG_OUT"] = path;
        shell.Environment["THRONG_ENGINE"] = "epoll";
        Assert.Equal(0, shell.Run("as", "sessioner_initiator", "-u", "-t", "10.0.0.1:1"));
        string document = File.ReadAllText(path);
        File.Delete(path);
        Assert.Contains("\"as\": \"sessioner_initiator\"", document, StringComparison.Ordinal);
        Assert.Equal(Throng.Engine.EngineChoice.Epoll, shell.Live.Spec.Engine);
    }

    /// <summary>Nothing is started in the tests: what is refused is seen in what the program says.</summary>
    [Theory]
    [InlineData("sessioner_initiator", "-u", "-t", "8.8.8.8:1")]
    [InlineData("ctraffic", "-address", "8.8.8.8:5003")]
    [InlineData("ctraffic", "-udp", "-address", "224.0.1.129:5003")]
    public void A_public_target_is_refused_unless_it_is_allowed(params string[] words)
    {
        CliShell refused = new();
        Assert.NotEqual(0, refused.Run(["as", .. words]));
        Assert.Contains(
            "is a public address: a load goes there only with THRONG_PUBLIC=1 in the environment",
            refused.Error + refused.Out, StringComparison.Ordinal);
        Assert.Empty(refused.Live.Calls);

        CliShell allowed = new();
        allowed.Live.IsOver = true;
        allowed.Environment["THRONG_PUBLIC"] = "1";
        _ = allowed.Run(["as", .. words]);
        Assert.DoesNotContain("is a public address", allowed.Error + allowed.Out, StringComparison.Ordinal);
        Assert.NotEmpty(allowed.Live.Calls);
    }

    [Fact]
    public void The_page_names_every_original_and_every_option()
    {
        string page = Repository.File("docs/explain/originals.md").Text;
        foreach (Original original in AllOriginals.All)
        {
            Assert.Contains($"`{original.Name}`", page, StringComparison.Ordinal);
            Assert.All(original.Options, option => Assert.Matches($@"(?<![\w-]){option}(?![\w-])", page));
        }
    }
}
