using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The options for changing the host, alone and together.</summary>
public sealed class ChangeOptionsTests
{
    private static readonly CommandSyntax Syntax = new()
    {
        Name = "doctor", Summary = "", Examples = [], Groups = [ChangeOptions.Group],
    };

    [Theory]
    [InlineData("", false, "")]
    [InlineData("--apply --host --role client --undo-file x --dry-run", true, "")]
    [InlineData("--undo --undo-file x", true, "")]
    [InlineData("--apply --undo", true, "--apply contradicts --undo")]
    [InlineData("--undo --host", true, "--host has no effect with --undo, which takes all back")]
    [InlineData("--undo --dry-run", true, "--dry-run has no effect with --undo, which takes all back")]
    [InlineData("--role server", false, "--role needs --apply")]
    [InlineData("--dry-run", false, "--dry-run needs --apply")]
    [InlineData("--undo-file x", false, "--undo-file needs --apply or --undo")]
    public void What_contradicts_is_said(string line, bool isAsked, string error)
    {
        Values values = Read(line).Values;
        Assert.Equal(isAsked, ChangeOptions.IsAsked(values));
        Assert.Equal(error, string.Join("; ", ChangeOptions.Contradictions(values)));
    }

    [Theory]
    [InlineData("", TuningRoles.Both)]
    [InlineData("--role both", TuningRoles.Both)]
    [InlineData("--role client", TuningRoles.Client)]
    [InlineData("--role server", TuningRoles.Server)]
    public void A_role_is_one_end_or_both(string line, TuningRoles roles) =>
        Assert.Equal(roles, ChangeOptions.RolesOf(Read(line).Values));

    [Fact]
    public void Another_role_is_an_error() =>
        Assert.Contains("did you mean server?", Assert.Single(Read("--role sever").Errors), StringComparison.Ordinal);

    private static Arguments Read(string line) => Arguments.Parse(Syntax, [Syntax],
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string>());
}
