namespace Throng;

/// <summary>One live command.</summary>
/// <param name="Argument">As the help shows it; empty when it takes none.</param>
/// <param name="Execute">Answers; the second is what follows the name, words joined by one space.</param>
public sealed record PromptCommand(
    string Name, string Argument, string Help, Func<LiveConsole, string, Answer> Execute);
