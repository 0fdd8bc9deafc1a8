namespace Throng;

/// <summary>A command of the program: what it takes and what it does. One object each, in <see cref="Commands.All"/>.
/// </summary>
public abstract class Command(CommandSyntax syntax)
{
    public CommandSyntax Syntax { get; } = syntax;

    public string Name => Syntax.Name;

    /// <summary>Carries the command out.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="Engine.SetupException">It could not begin.</exception>
    public abstract int Run(Invocation call);
}
