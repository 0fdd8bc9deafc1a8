using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>The systemd unit of an agent: a line that is understood, and no rights.</summary>
public sealed class AgentUnitTests
{
    private static readonly ILookup<string, string> Unit = Repository.File("deploy/cluster/throng-agent.service").Lines
        .Where(line => line.Contains('=') && !line.StartsWith('#'))
        .ToLookup(line => line.Split('=')[0], line => line[(line.IndexOf('=') + 1)..]);

    [Fact]
    public void Its_line_and_its_variables_are_those_of_an_agent()
    {
        CommandSyntax syntax = Commands.All.Single(command => command.Name == "agent").Syntax;
        string[] words = Unit["ExecStart"].Single().Split(' ');
        Assert.Equal(["/usr/bin/throng", "agent"], words[..2]);
        Arguments line = Arguments.Parse(
            syntax, Commands.SyntaxesOf(Commands.All), words[2..], new Dictionary<string, string>());
        Assert.Empty(line.Errors);

        string file = File.ReadAllText(Path.Combine(Repository.Root, "deploy/debian/throng-agent.default"));
        string[] variables = [.. file.Split('\n').Where(one => one.StartsWith("#THRONG_", StringComparison.Ordinal))
            .Select(one => one[1..].Split('=')[0])];
        Assert.NotEmpty(variables);
        Assert.All(variables, one => Assert.Contains(one, syntax.Options.Select(option => option.Variable)));
        Assert.Equal("-/etc/default/throng-agent", Unit["EnvironmentFile"].Single());
    }

    [Fact]
    public void It_is_started_again_and_has_time_to_end_in_order()
    {
        Assert.Equal("always", Unit["Restart"].Single());
        Assert.Equal("0", Unit["StartLimitIntervalSec"].Single());
        Assert.InRange(int.Parse(Unit["TimeoutStopSec"].Single(), null), 30, 600);
        Assert.Equal("throng", Unit["StateDirectory"].Single());
        Assert.Empty(Unit["KillMode"]); // the default: its parts end in order too when it was killed
    }

    [Fact]
    public void It_has_the_protection_of_the_servers_unit()
    {
        string[] server = Repository.File("deploy/debian/throng.service").Lines;
        string[] agent = Repository.File("deploy/cluster/throng-agent.service").Lines;
        string[] words =
            ["Protect", "Private", "Restrict", "Capability", "NoNew", "Lock", "Memory", "SystemCall", "UMask"];
        Assert.All(
            server.Where(line => words.Any(word => line.StartsWith(word, StringComparison.Ordinal))),
            line => Assert.Contains(line, agent));
    }
}
