using System.Globalization;

namespace Throng.Bench;

/// <summary>One engine with many connections held.</summary>
internal sealed record EchoHeld(string Engine, long Held, long SlabBytes)
{
    public double SlabEach => (double)SlabBytes / Held;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Engine}: {Held:N0} held, {SlabEach:N0} B of slab each");
}
