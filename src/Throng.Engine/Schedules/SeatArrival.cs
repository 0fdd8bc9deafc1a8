namespace Throng.Engine;

/// <summary>Arrival that falls due on a connection that is kept.</summary>
/// <param name="Number">The number that no other arrival of the schedule has, whoever walks it: of constant arrivals
/// the slot, of Poisson ones made of the block and the place in its stream.</param>
/// <param name="IntendedNs">By the worker's clock.</param>
/// <param name="Seat">Which of the worker's own connections, from 0.</param>
public readonly record struct SeatArrival(long Number, long IntendedNs, int Seat);
