namespace Throng.Originals;

/// <summary>An option as clap is told of it; each takes a value.</summary>
/// <param name="IsMany">It may be repeated, and takes all words up to the next option.</param>
public sealed record ClapOption(char Letter, string Name, bool IsMany = false)
{
    /// <summary>As clap's errors name it.</summary>
    public string Spelling => $"--{Name} <{Name}>{(IsMany ? "..." : "")}";
}
