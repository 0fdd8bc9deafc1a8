using Throng.Cluster;

namespace Throng.Tests.Cluster;

/// <summary>Faults of hosts and of the message system at moments that a seed draws.</summary>
internal sealed partial class ClusterWorld
{
    private const int TroublesMax = 5;

    private readonly HashSet<SimulatedController> _wasStill = [];

    /// <summary>Runs of which an earlier leader may have closed a part before it was gone.</summary>
    private readonly HashSet<string> _isCutOff = [];

    private int _troubles;

    private bool IsTrouble => _troubles > 0;

    /// <summary>Draws a few faults; those of the message system come one after another.</summary>
    private void DrawTrouble()
    {
        long atNs = 0;
        for (int left = (int)_time.Draw(0, TroublesMax); left > 0; left--)
        {
            atNs += _time.DrawMs(0, 15_000);
            Plan(atNs, DrawNetworkTrouble(out long lastsNs));
            atNs += lastsNs + (8 * SecondNs);
        }

        for (int left = (int)_time.Draw(0, 2); left > 0; left--)
        {
            Plan(_time.DrawMs(0, 40_000), KillAgent);
        }

        if (_time.Chance(0.4))
        {
            Plan(_time.DrawMs(0, 40_000), LoseController);
        }

        if (_time.Chance(0.2))
        {
            Plan(_time.DrawMs(0, 40_000), () => _controllers[0].End());
        }

        for (int left = (int)_time.Draw(0, 4); left > 0; left--)
        {
            Plan(_time.DrawMs(0, 40_000), () => _controllers[0].Say("set 5"));
        }
    }

    private void Plan(long afterNs, Action happens)
    {
        _troubles++;
        _time.After(afterNs, () =>
        {
            happens();
            _troubles--;
        });
    }

    private Action DrawNetworkTrouble(out long lastsNs)
    {
        long forNs = lastsNs = _time.DrawMs(100, 20_000);
        switch (_time.Draw(0, 3))
        {
            case 0:
                forNs = lastsNs = _time.DrawMs(200, 7_000);
                return () => _server.Restart(forNs);
            case 1:
                forNs = lastsNs = _time.DrawMs(4_000, 7_000);
                return () => _server.Elect(forNs);
            case 2:
                return () => Disconnect(_agents[(int)_time.Draw(0, _agents.Count - 1)].Bus!, forNs);
            default:
                return () => Disconnect(_controllers[(int)_time.Draw(0, _controllers.Count - 1)].Bus, forNs);
        }
    }

    private void Disconnect(SimulatedBus bus, long forNs)
    {
        _time.Say($"{bus.Name} is disconnected");
        bus.Disconnect();
        bus.ConnectAfter(forNs);
    }

    /// <summary>Kills an agent, perhaps for good.</summary>
    private void KillAgent()
    {
        SimulatedAgent agent = _agents[(int)_time.Draw(0, _agents.Count - 1)];
        if (!agent.IsAlive)
        {
            return;
        }

        agent.Kill();
        if (_time.Chance(0.6))
        {
            agent.Clock.Set(_time.DrawMs(-1_000, 1_000));
            Plan(_time.DrawMs(1_500, 30_000), agent.Start);
        }
    }

    /// <summary>A controller is gone, for good or for a while, and perhaps another one takes its run over.</summary>
    private void LoseController()
    {
        SimulatedController lost = _controllers[0];
        if (lost.IsOver)
        {
            return;
        }

        if (lost.Machine.Phase == ControllerPhase.Closing)
        {
            _isCutOff.Add(lost.Spec.Run);
        }

        if (_time.Chance(0.5))
        {
            lost.Kill();
        }
        else
        {
            _wasStill.Add(lost);
            lost.StandStill(_time.DrawMs(1_000, 60_000));
        }

        if (_time.Chance(0.7))
        {
            ControllerSpec spec = new() { Run = lost.Spec.Run, Name = "dave", Version = "0.1.0", Words = [] };
            Plan(_time.DrawMs(100, 40_000), () => Lead(spec, attaches: true));
        }
    }
}
