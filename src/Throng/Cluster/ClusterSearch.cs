using System.Globalization;
using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// A search that agents carry out, led from the controller's thread: <see cref="SearchLead"/> decides, and this tells
/// the agents, each by its own clock.
/// </summary>
internal sealed class ClusterSearch(SaturateSpec spec, ControllerMachine controller)
{
    /// <summary>A step is told again until so long before it begins.</summary>
    private static readonly TimeSpan TellUntil = TimeSpan.FromMilliseconds(100);

    private readonly SearchLead _lead = new(
        spec.NewSearch(), new SearchTimes(spec.StepNs, spec.CooldownNs, spec.Churn.TimeoutNs, controller.Parts.Count));

    private SearchView _view = SearchView.None;

    /// <summary>The search as any thread may see it.</summary>
    public SearchView View => Volatile.Read(ref _view);

    /// <summary>The controller's thread.</summary>
    public void Turn(ClusterTime now)
    {
        if (controller.Phase == ControllerPhase.Running && !_lead.IsOver)
        {
            if (_lead.Turn(now, [.. controller.Parts.Select(PartOf)]) is { } step)
            {
                controller.Say(agent => LineOf(step, agent), (agent, answer) => TakeAnswer(step, agent, answer));
            }

            while (_lead.Notes.TryDequeue(out string? note))
            {
                controller.Events.Add((now.Utc, note));
            }
        }

        SearchView view = new(_lead.Result, _lead.Doing, _lead.IsOver, _lead.IsFound, _lead.MostPerSecond);
        Volatile.Write(ref _view, view);
    }

    private static LedPart PartOf(PartSeat seat)
    {
        RunDocument? run = seat.Result ?? seat.Figures;
        bool isThere = seat is { State: JobState.Running, Agent: { IsLost: false, Clock.IsKnown: true } };
        return new LedPart(
            seat.Part.Index, seat.Agent.Name, run?.Own?.Text(SaturationSection.Network) ?? "", isThere,
            (run?.Result as SaturationResult)?.Steps ?? []);
    }

    /// <summary>Null: the agent has no part in the step.</summary>
    private string? LineOf(LedStep step, AgentSeat agent)
    {
        bool isTold = controller.Parts.Any(part => part.Agent == agent && step.Parts.Contains(part.Part.Index));
        return !isTold ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"step {step.Number} {step.RatePerSecond:R} {(step.At + agent.Clock.Ahead).UtcDateTime:O}");
    }

    private void TakeAnswer(LedStep step, AgentSeat agent, OrderAnswer? answer)
    {
        if (answer is null && HostClock.Now.Utc < step.At - TellUntil)
        {
            controller.Say(
                one => one == agent ? LineOf(step, agent) : null, (_, again) => TakeAnswer(step, agent, again));
        }
        else if (answer is { IsDone: false })
        {
            _lead.TakeRefusal(step.Number, agent.Name, answer.Text);
        }
    }
}

/// <summary>A led search at one moment.</summary>
/// <param name="IsFound">It has come to its own end.</param>
/// <param name="MostPerSecond">The highest rate that was told.</param>
internal sealed record SearchView(
    SaturationResult? Result, string Doing, bool IsOver, bool IsFound, double MostPerSecond)
{
    public static SearchView None { get; } = new(null, "", false, false, 0);
}
