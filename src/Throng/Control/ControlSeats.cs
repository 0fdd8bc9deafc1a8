using System.Net.Sockets;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Clients of a control socket: so many at once. Where one more comes, whoever has been silent longest gives way, so
/// that clients who hold on to their place and say nothing keep nobody out.
/// </summary>
/// <param name="most">Places there are.</param>
internal sealed class ControlSeats(int most)
{
    /// <summary>Nobody gives way who spoke a moment ago.</summary>
    private const long SilenceNs = Ns.Second;

    private readonly List<ControlSeat> _taken = [];

    /// <summary>Takes a place; null where all others have just spoken or are being answered.</summary>
    public ControlSeat? Take(Socket client)
    {
        lock (_taken)
        {
            if (_taken.Count >= most)
            {
                long nowNs = Clock.NowNs();
                ControlSeat? silent = _taken.Where(seat => seat.SilentForNs(nowNs) >= SilenceNs)
                    .MaxBy(seat => seat.SilentForNs(nowNs));
                if (silent is null)
                {
                    return null;
                }

                _taken.Remove(silent);
                silent.HangUp();
            }

            ControlSeat seat = new(client);
            _taken.Add(seat);
            return seat;
        }
    }

    public void Leave(ControlSeat seat)
    {
        lock (_taken)
        {
            _taken.Remove(seat);
        }
    }
}
