using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// A walk through a schedule, slot by slot. Where it stands is a function of profile, spacing, seed and slot alone, so
/// any number of walkers see the same arrivals. Slot 0 of constant arrivals is due at 0, of Poisson ones after the
/// first gap. A mutable struct: keep it in a field.
/// </summary>
public struct ArrivalCursor
{
    private readonly Arrivals _arrivals;
    private readonly ulong _seed;
    private RateProfile _profile;
    private double _position;
    private int _segment;

    public ArrivalCursor(RateProfile profile, Arrivals arrivals, ulong seed)
    {
        _profile = profile;
        _arrivals = arrivals;
        _seed = seed;
        _position = arrivals == Arrivals.Poisson ? Gap(0) : 0;
    }

    /// <summary>The slot it stands at, from 0.</summary>
    public long Slot { get; private set; }

    /// <summary>No slot is left.</summary>
    public readonly bool IsAtEnd => !(_position < _profile.Count);

    /// <summary>Where this slot lies in the profile, as an amount of arrivals.</summary>
    public readonly double Position => _position;

    /// <summary>When this slot is due, ns since the schedule's start; long.MaxValue at the end.</summary>
    public long TimeNs => TimeOf(_position);

    /// <summary>When a slot is due by its position; cheapest when asked for in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long TimeOf(double position) => _profile.TimeOf(position, ref _segment);

    /// <summary>The stretch of the profile in which the slot lies that was asked for its time last.</summary>
    public readonly int Segment => _segment;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        Slot++;
        _position = _arrivals == Arrivals.Poisson ? _position + Gap(Slot) : Slot;
    }

    /// <summary>Goes back to a slot it stood at.</summary>
    public void Return(long slot, double position)
    {
        Slot = slot;
        _position = position;
    }

    /// <summary>
    /// Goes on with another profile that agrees with the old one up to the time this stands at.
    /// </summary>
    public void Follow(RateProfile profile)
    {
        _profile = profile;
        _segment = 0;
    }

    /// <summary>The gap before a Poisson slot in units of the mean gap.</summary>
    private readonly double Gap(long slot)
    {
        double uniform = (SplitMix64.At(_seed, (ulong)slot) >> 11) * (1.0 / (1UL << 53));
        return -Math.Log(1 - uniform);
    }
}
