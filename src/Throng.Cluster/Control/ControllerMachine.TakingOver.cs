using System.Globalization;
using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>Handing the parts of lost agents to the others (<see cref="AgentLoss.Rebalance"/>).</summary>
public sealed partial class ControllerMachine
{
    /// <summary>Time a part may need to end once its lease has run out.</summary>
    private const long EndMarginNs = SecondNs;

    /// <summary>Time for the order to take over to reach everybody, and to pass over what was due before.</summary>
    private static readonly TimeSpan TakeOverLead = TimeSpan.FromSeconds(1);

    /// <summary>An agent that was lost so often gets no more: each time the plan is cut into smaller pieces.</summary>
    private const int LossesMax = 3;

    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private TakeOver? _takeOver;

    /// <summary>Parts of lost agents are on their way to the others.</summary>
    public bool IsTakingOver => _takeOver is not null && !IsEnding;

    private void Rebalance()
    {
        if (spec.OnAgentLoss != AgentLoss.Rebalance || IsEnding || !_isLeading || !bus.IsConnected)
        {
            return;
        }

        if (Plan.IsOvertaken)
        {
            StepBack($"run {spec.Run} is led by another controller now");
            return;
        }

        if (_takeOver is null)
        {
            PartSeat[] gone = [.. _parts.Where(IsGone)];
            if (gone.Length == 0 || _parts.Exists(static part => part.Result is { } result && IsEndedByPlan(result)))
            {
                return;
            }

            _takeOver = new TakeOver(gone);
            Enter(ControllerPhase.Running);
        }

        switch (_takeOver.Stage)
        {
            case TakeOverStage.GivingUp:
                GiveUp(_takeOver);
                break;
            case TakeOverStage.Preparing:
                TellWhenReady(_takeOver);
                break;
            case TakeOverStage.Telling:
                TellTakers(_takeOver);
                break;
        }
    }

    private static bool IsEndedByPlan(RunDocument result) =>
        result.EndedBy is RunStates.Duration or RunStates.Count;

    /// <summary>Nobody carries it out any more, or is about to. One that has failed by itself would fail elsewhere.
    /// </summary>
    private static bool IsGone(PartSeat part) =>
        part is { IsHandedOver: false, IsToldToEnd: false, NotTakenOver: "" } && (part.Result is { } result
            ? !IsEndedByPlan(result)
            : part.State switch
            {
                JobState.Failed => part.ExitCode is null,
                JobState.Ended => false, // its result says how
                _ => part.Agent.IsLost || part.IsGivenUp,
            });

    private void GiveUp(TakeOver one)
    {
        _ = one.Lost.RemoveAll(static part => !IsGone(part)); // its agent is back
        foreach (AgentSeat agent in one.Lost.Where(NeedsGivingUp).Select(static part => part.Agent).Distinct())
        {
            GiveUp(agent);
        }

        if (one.Lost.Count == 0)
        {
            _takeOver = null;
        }
        else if (!one.Lost.Exists(NeedsGivingUp))
        {
            foreach (AgentSeat agent in one.Lost.Select(static part => part.Agent).Distinct())
            {
                agent.Losses++;
                agent.Refuses = agent.Losses >= LossesMax ? $"was lost {LossesMax} times" : agent.Refuses;
            }

            one.Takers.AddRange(_agents.Values.Where(static agent => agent is { IsLost: false, Refuses: "" }));
            ExamineTakers(one);
        }
    }

    private static bool NeedsGivingUp(PartSeat part) =>
        part is { Result: null, IsGivenUp: false } && part.State != JobState.Failed;

    private double LoadOf(AgentSeat agent) =>
        PartsOf(agent).Where(static part => part is { IsAtEnd: false, IsGivenUp: false })
            .Sum(static part => part.Part.Ratio);

    /// <summary>Asks all that may take over whether they have room for what they have and the new pieces.</summary>
    private void ExamineTakers(TakeOver one)
    {
        _ = one.Takers.RemoveAll(static agent => agent.IsLost);
        if (one.Takers.Count == 0)
        {
            HaveNoTaker(one);
            return;
        }

        one.Stage = TakeOverStage.Examining;
        if (spec.Force)
        {
            HandOver(one);
            return;
        }

        AgentSeat[] asked = [.. one.Takers];
        one.Asked = one.AnswersLeft = asked.Length;
        foreach (AgentSeat agent in asked)
        {
            double share = TakeOver.ShareOf(one.Lost, asked, LoadOf, agent);
            JobPart asOne = new(0, Math.Clamp((int)Math.Floor((1 / share) + 1e-9), 1, JobPart.CountMax));
            Order order = new() { Kind = OrderKind.Examine, Words = spec.Words, Part = asOne.ToString() };
            Ask(agent, order, answer => TakeExaminedTaker(one, agent, answer), AskTimeout);
        }
    }

    private void TakeExaminedTaker(TakeOver one, AgentSeat agent, OrderAnswer? answer)
    {
        if (_takeOver != one || Phase != ControllerPhase.Running)
        {
            return;
        }

        if (answer is not { IsDone: true, Fits: true })
        {
            one.Takers.Remove(agent);
            agent.Refuses = answer is null ? ""
                : answer is { IsDone: true, Possible: { } most }
                    ? $"{Units.Count((long)most)} connections are possible; {answer.Text}"
                : answer.Text;
            Note($"{agent.Name} takes nothing over: {(answer is null ? "did not answer" : agent.Refuses)}");
        }

        if (--one.AnswersLeft > 0)
        {
            return;
        }

        if (one.Takers.Count == one.Asked)
        {
            HandOver(one);
        }
        else
        {
            ExamineTakers(one); // each of fewer has more to take
        }
    }

    private void HaveNoTaker(TakeOver one)
    {
        _takeOver = null;
        if (_agents.Values.All(static agent => agent.IsLost))
        {
            Note("no agent is left");
            (IsFailed, IsEnding) = (true, true);
            Enter(ControllerPhase.Ending);
            TellEnd();
            return;
        }

        string why = string.Join("; ", _agents.Values.Where(static agent => !agent.IsLost)
            .Select(static agent => $"{agent.Name}: {(agent.Refuses.Length > 0 ? agent.Refuses : "did not answer")}"));
        foreach (PartSeat part in one.Lost)
        {
            part.NotTakenOver = why;
            Note($"part {part.Part} of {part.Agent.Name} is not taken over: {why}");
        }
    }

    /// <summary>Cuts the lost parts into pieces and has each started.</summary>
    private void HandOver(TakeOver one)
    {
        one.Stage = TakeOverStage.Preparing;
        one.Pieces.AddRange(TakeOver.Cut(one.Lost, one.Takers, LoadOf).ToArray());
        _parts.AddRange(one.Pieces);
        foreach (PartSeat part in one.Lost)
        {
            part.IsHandedOver = true;
            string takers = string.Join(
                ", ", one.Pieces.Where(piece => piece.TakesOver == part).Select(static piece => piece.Agent.Name)
                    .Distinct());
            Note($"part {part.Part} of {part.Agent.Name} goes to {takers}");
        }

        KeepPlan(); // none begins before it is kept, so that no later controller hands the same out again
        foreach (PartSeat piece in one.Pieces)
        {
            PreparePiece(one, piece);
        }
    }

    private void PreparePiece(TakeOver one, PartSeat piece) =>
        Ask(piece.Agent, PrepareOrder(piece), answer =>
        {
            if (_takeOver != one || piece.IsAtEnd || IsEnding)
            {
                return;
            }

            if (answer is null && !piece.Agent.IsLost)
            {
                PreparePiece(one, piece); // it may be prepared by now, and says so then
            }
            else if (answer is not { IsDone: true })
            {
                string why = answer?.Text ?? "did not answer";
                piece.Agent.Refuses = answer is null ? "" : why;
                piece.Fail(why);
                Note($"{piece.Agent.Name} takes nothing over: {why}");
            }
        });

    private void TellWhenReady(TakeOver one)
    {
        if (Plan.IsFailed)
        {
            KeepPlan();
        }

        if (Plan.IsWriting || !one.Pieces.TrueForAll(IsReadyOrGone))
        {
            return;
        }

        long leadNs = TakeOverLead.Ticks * 100;
        long endNs = one.Lost.Max(static part => part is { IsGivenUp: true, Result: null } ? part.LeaseEndNs : 0);
        if (_now.Ns + leadNs < endNs + EndMarginNs)
        {
            return;
        }

        one.Stage = TakeOverStage.Telling;
        DateTimeOffset from = _now.Utc + TakeOverLead;
        Note("taken over at " + from.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        foreach (PartSeat piece in one.Pieces)
        {
            piece.From = from;
        }

        KeepPlan();
        TellTakers(one);
    }

    /// <summary>Tells each piece until it has confirmed, or is gone.</summary>
    private void TellTakers(TakeOver one)
    {
        PartSeat[] left = [.. one.Pieces.Where(static piece => !piece.HasConfirmed && !IsPieceGone(piece))];
        foreach (PartSeat piece in left.Where(static piece => !piece.IsBeingTold))
        {
            piece.IsBeingTold = true;
            DateTimeOffset from = piece.From!.Value;
            if (from - _now.Utc < BeginLead)
            {
                from = _now.Utc + TakeOverLead; // who heard of the earlier moment says that it has begun
            }

            TimeSpan ahead = piece.Agent.Clock.Ahead;
            Order order = new()
            {
                Kind = OrderKind.Begin, Part = piece.Part.ToString(), At = (Begin ?? _now.Utc) + ahead,
                From = from + ahead,
            };
            Ask(piece.Agent, order, answer => TakeTold(piece, from, answer), BeginLead);
        }

        if (left.Length == 0)
        {
            _takeOver = null;
        }
    }

    private void TakeTold(PartSeat piece, DateTimeOffset from, OrderAnswer? answer)
    {
        piece.IsBeingTold = false;
        if (answer is not null && answer.IsDone)
        {
            piece.HasConfirmed = true;
            piece.From = from;
            foreach (string line in _said.Values)
            {
                Ask(
                    piece.Agent, new Order { Kind = OrderKind.Say, Part = piece.Part.ToString(), Line = line },
                    static _ => { });
            }
        }
    }

    private static bool IsPieceGone(PartSeat piece) => piece.IsAtEnd || piece.IsGivenUp || piece.Agent.IsLost;

    /// <summary>Keeps what was said to all parts, for those that come later.</summary>
    private void Remember(string line)
    {
        if (line.StartsWith("set ", StringComparison.Ordinal) || line.StartsWith("ping ", StringComparison.Ordinal))
        {
            _said[line[..line.LastIndexOf(' ')]] = line;
        }
    }

    /// <summary>Goes on with what another controller has handed over: pieces that have not been told from when on.
    /// </summary>
    private void GoOnTakingOver()
    {
        // One that was handed on itself is for those that have it now.
        PartSeat[] left =
        [
            .. _parts.Where(static part => part is { TakesOver: not null, IsHandedOver: false, HasNotBegun: true }),
        ];
        if (left.Length == 0)
        {
            return;
        }

        _takeOver = new TakeOver(left.Select(static piece => piece.TakesOver!).Distinct())
        {
            Stage = TakeOverStage.Preparing,
        };
        foreach (PartSeat part in _takeOver.Lost)
        {
            part.GiveUp(_now.Ns + AgentLease.LengthNs, _now.Utc.AddTicks(AgentLease.LengthNs / 100));
        }

        _takeOver.Pieces.AddRange(left);
        foreach (PartSeat piece in left)
        {
            // One that was told may have begun: an agent that has forgotten it would carry it out once more.
            if (piece.IsHeard || piece.From is null)
            {
                PreparePiece(_takeOver, piece);
            }
        }
    }
}
