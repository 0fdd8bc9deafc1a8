using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>One number for each <see cref="Counter"/>.</summary>
[InlineArray(Length)]
public struct Counts : IEquatable<Counts>
{
    public const int Length = (int)Counter.DatagramsReceived + 1;

    private long _first;

    /// <summary>With a constant it is one address, and adding to it is one instruction.</summary>
    [UnscopedRef]
    public ref long this[Counter counter] => ref this[(int)counter];

    public readonly long Of(Counter counter) => this[(int)counter];

    /// <summary>Adds what somebody else may be counting at this moment, in the order of the counters.</summary>
    public void Add(ref Counts live)
    {
        for (int i = 0; i < Length; i++)
        {
            this[i] += Volatile.Read(ref live[i]);
        }
    }

    /// <summary>The numbers counted since then.</summary>
    public readonly Counts Since(in Counts before)
    {
        Counts since = this;
        for (int i = 0; i < Length; i++)
        {
            since[i] -= before[i];
        }

        return since;
    }

    public readonly Counts Plus(in Counts other)
    {
        Counts sum = this;
        for (int i = 0; i < Length; i++)
        {
            sum[i] += other[i];
        }

        return sum;
    }

    public readonly Counts With(Counter counter, long number)
    {
        Counts changed = this;
        changed[counter] = number;
        return changed;
    }

    public static bool operator ==(in Counts left, in Counts right) => left.Equals(right);

    public static bool operator !=(in Counts left, in Counts right) => !left.Equals(right);

    public readonly bool Equals(Counts other) => ((ReadOnlySpan<long>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is Counts other && Equals(other);

    public override readonly int GetHashCode() => this[0].GetHashCode();
}
