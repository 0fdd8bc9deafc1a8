namespace Throng.Fuzz;

/// <summary>A reader of foreign bytes, with the property that it keeps whatever it is given.</summary>
/// <param name="Name">Name of the target, and of the folder of its corpus.</param>
/// <param name="Read">Reads an input; throws where the property does not hold.</param>
public sealed record FuzzTarget(string Name, FuzzTarget.Reading Read)
{
    public delegate void Reading(ReadOnlySpan<byte> input);

    /// <summary>Longest input that is made.</summary>
    public int BytesMax { get; init; } = 4096;

    /// <summary>Inputs of the short suite; fewer where one takes long.</summary>
    public int Rounds { get; init; } = 3000;

    /// <summary>Words of what is read, which mutated inputs have now and then.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Targets whose corpora it begins with, beside its own.</summary>
    public IReadOnlyList<string> Corpora { get; init; } = [];

    public override string ToString() => Name;
}
