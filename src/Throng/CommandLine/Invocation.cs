namespace Throng;

/// <summary>One call of a command: the words that were typed, and what the command reaches the world by.</summary>
/// <param name="Commands">Every command of the program.</param>
public sealed record Invocation(
    Arguments Arguments, Shell Shell, Wiring Wiring, Failure Failure, IReadOnlyList<Command> Commands)
{
    public Values Values => Arguments.Values;

    /// <summary>The syntaxes of all commands, in the order of the help.</summary>
    public IReadOnlyList<CommandSyntax> Syntaxes => Throng.Commands.SyntaxesOf(Commands);
}
