using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>The reference graph, and what else a project file may say.</summary>
public sealed class ProjectsTests
{
    [Theory]
    [InlineData("Throng.Measurement", "Throng.Linux", 1)]
    [InlineData("Throng.Linux", "", 0)]
    [InlineData("Throng.Report", "Throng.Measurement", 0)]
    [InlineData("Throng.Report", "Throng.Measurement Throng.Engine", 1)]
    [InlineData("Throng.Report", "", 1)]
    [InlineData("Throng.Surprise", "", 1)]
    public void References_are_as_designed(string name, string references, int caught)
    {
        string[] names = references.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(caught, Projects.Graph(Sample(name, names)).Count());
    }

    [Fact]
    public void References_of_the_repository_are_as_designed()
    {
        Repository.HasNo(Repository.Projects.SelectMany(Projects.Graph));
        Assert.Equal(8, Repository.Projects.Count(project => project.IsUnder("src")));
    }

    [Fact]
    public void Only_the_program_and_the_tests_have_packages()
    {
        SourceFile sample = new("src/Throng.Engine/Throng.Engine.csproj",
            "<Project><ItemGroup><PackageReference Include=\"Some.Thing\" /></ItemGroup></Project>");
        Assert.Single(Projects.Packages(sample));
        Assert.Empty(Projects.Packages(sample with { Path = "tests/Throng.Tests/Throng.Tests.csproj" }));
        Repository.HasNo(Repository.Projects.SelectMany(Projects.Packages));
    }

    [Theory]
    [InlineData("src/Throng/Hold/HoldCommand.cs", "using Throng.Nats;", 1)]
    [InlineData("src/Throng/Control/RunWatch.cs", "NatsBus bus = x; // and Throng.Cluster.Order", 2)]
    [InlineData("src/Throng/Cluster/AgentCommand.cs", "using Throng.Nats;", 0)]
    [InlineData("src/Throng/Loads/RunCommand.cs", "return ClusterLoad.Start(call, document.Cluster);", 0)]
    public void The_message_system_is_used_in_one_folder(string path, string text, int caught) =>
        Assert.Equal(caught, Projects.MessageSystem(new SourceFile(path, text)).Count());

    [Fact]
    public void Nothing_else_of_the_program_uses_the_message_system()
    {
        Assert.Contains(Repository.Shipped, file => file.IsUnder("src/Throng/Cluster"));
        Repository.HasNo(Repository.Shipped.SelectMany(Projects.MessageSystem));
    }

    [Fact]
    public void Only_the_kernel_and_the_engine_are_unsafe()
    {
        const string Text = "<Project>\n<AllowUnsafeBlocks>true</AllowUnsafeBlocks></Project>";
        Violation caught = Assert.Single(Projects.UnsafeBlocks(new SourceFile("src/Throng/Throng.csproj", Text)));
        Assert.Equal(2, caught.Line);
        Assert.Empty(Projects.UnsafeBlocks(new SourceFile("src/Throng.Linux/Throng.Linux.csproj", Text)));
        Repository.HasNo(Repository.Projects.SelectMany(Projects.UnsafeBlocks));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.File("Throng.slnx").Text;
        Assert.Single(Projects.Listed(Sample("Throng.Surprise", []), solution));
        Repository.HasNo(Repository.Projects.SelectMany(project => Projects.Listed(project, solution)));
    }

    [Theory]
    [InlineData("src/Throng.Common/Thing.cs", 1)]
    [InlineData("src/Throng.Engine/Utils/Thing.cs", 1)]
    [InlineData("src/Throng.Engine/Loop/Common.cs", 0)]
    public void Folders_say_what_is_in_them(string path, int caught) =>
        Assert.Equal(caught, Projects.Names(new SourceFile(path, "")).Count());

    [Fact]
    public void Folders_of_the_repository_say_what_is_in_them() =>
        Repository.HasNo(Repository.Text.SelectMany(Projects.Names));

    private static SourceFile Sample(string name, string[] references)
    {
        IEnumerable<string> items = references.Select(one => $"<ProjectReference Include=\"../{one}/{one}.csproj\" />");
        return new SourceFile(
            $"src/{name}/{name}.csproj", $"<Project><ItemGroup>{string.Concat(items)}</ItemGroup></Project>");
    }
}
