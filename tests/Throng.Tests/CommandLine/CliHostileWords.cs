using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Words of a command line that turn, hide or command, in every place of it.</summary>
public sealed class CliHostileWords
{
    private const string Hostile = "\u001b]0;x\u0007\u202e\u200b\u0085\u3164\nx";

    public static TheoryData<string> Names => [.. Commands.All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_refusal_repeats_them_as_they_are(string command)
    {
        foreach (string[] words in Places(command))
        {
            CliShell shell = new();
            int exitCode = shell.Run(words);
            Assert.True(exitCode is 2, $"{exitCode}: {Letters.Plain(string.Join(' ', words))}");
            foreach (string line in shell.Error.Split('\n').Concat(shell.Out.Split('\n')))
            {
                Assert.True(Letters.Shows(line), Letters.Plain(line));
                Assert.False(line is "x" or "x'", "a word ends a line of the refusal");
            }
        }
    }

    /// <summary>The word as an operand, as an option, and as the value of each option; never is there a run.</summary>
    private static IEnumerable<string[]> Places(string command)
    {
        const string Refused = "--no-such-option";
        yield return [command, Hostile, Refused];
        yield return [command, "--" + Hostile, Refused];
        yield return [command, "--json", "-" + Hostile];
        foreach (Option option in Commands.All.Single(one => one.Name == command).Syntax.Options)
        {
            yield return [command, $"{option.Spelling}={Hostile}", Refused];
        }
    }
}
