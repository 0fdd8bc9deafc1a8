namespace Throng.Originals;

/// <summary>Text to be said now.</summary>
/// <param name="Out">On standard output, as it is: newlines and prompts are in it.</param>
/// <param name="Errors">On standard error, a line each.</param>
/// <param name="Quits">The job is to end.</param>
public sealed record OutputText(string Out, IReadOnlyList<string> Errors, bool Quits = false)
{
    public static OutputText Nothing { get; } = new("", []);

    public static OutputText Text(string text) => text.Length == 0 ? Nothing : new OutputText(text, []);
}
