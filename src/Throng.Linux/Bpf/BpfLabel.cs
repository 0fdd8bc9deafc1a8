namespace Throng.Linux;

/// <summary>A place in a program that jumps lead to, before or after it is known where that is.</summary>
public sealed class BpfLabel
{
    private readonly List<int> _jumps = [];

    internal BpfLabel(string name) => Name = name;

    /// <summary>Name of the label in errors, such as when it was never placed.</summary>
    public string Name { get; }

    /// <summary>The instruction it stands before; -1 until it is placed.</summary>
    internal int At { get; private set; } = -1;

    /// <summary>Instructions that jump here.</summary>
    internal IReadOnlyList<int> Jumps => _jumps;

    internal void AddJump(int from) => _jumps.Add(from);

    internal void Place(int at) => At = at;
}
