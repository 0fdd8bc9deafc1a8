using System.Reflection;
using System.Text;
using Throng.Linux;
using Throng.Simulation;

namespace Throng.Tests;

/// <summary>
/// Makes a failing history as short as it can: leaves out steps, faults, misdeeds, workers, connections and time, one
/// after another, while what is left still fails in the same way.
/// </summary>
internal sealed class Shrinking(Func<History, string?> failureOf, int triesMax = 3000)
{
    private string _failure = "";

    /// <summary>Histories that were played.</summary>
    public int Tries { get; private set; }

    /// <summary>The shortest history found; it fails as the given one does, which has to fail.</summary>
    public History Shrink(History failing)
    {
        _failure = Plain(failureOf(failing)
            ?? throw new ArgumentException("a history that does not fail cannot be shrunk", nameof(failing)));
        History shortest = failing;
        for (bool isShorter = true; isShorter && Tries < triesMax;)
        {
            History before = shortest;
            shortest = WithoutSteps(shortest);
            shortest = Shorter(shortest);
            isShorter = shortest != before;
        }

        return shortest;
    }

    /// <summary>The failure without its numbers, which differ from one history to the next.</summary>
    private static string Plain(string failure) =>
        string.Concat(failure.Select(letter => char.IsAsciiDigit(letter) ? '#' : letter)).Replace("##", "#");

    private bool StillFails(History history) =>
        Tries++ < triesMax && failureOf(history) is { } failure && Plain(failure) == _failure;

    /// <summary>Leaves out halves of the steps, quarters, and in the end single ones.</summary>
    private History WithoutSteps(History history)
    {
        for (int each = Math.Max(1, history.Steps.Count / 2); each > 0; each /= 2)
        {
            for (int from = 0; from < history.Steps.Count;)
            {
                History less = history with { Steps = [.. Without(history.Steps, from, each)] };
                if (StillFails(less))
                {
                    history = less;
                }
                else
                {
                    from += each;
                }
            }
        }

        return history;
    }

    /// <summary>The time of a step that is left out goes to the next one.</summary>
    private static IEnumerable<Step> Without(IReadOnlyList<Step> steps, int from, int count)
    {
        long afterNs = steps.Skip(from).Take(count).Sum(step => step.AfterNs);
        return steps.Take(from).Concat(steps.Skip(from + count)
            .Select((step, at) => at == 0 ? step with { AfterNs = step.AfterNs + afterNs } : step));
    }

    private History Shorter(History history)
    {
        foreach (Func<History, History> shorten in Shortenings())
        {
            // A number is halved as often as it goes.
            for (History less = shorten(history); less != history && StillFails(less); less = shorten(history))
            {
                history = less;
            }
        }

        for (int at = 0; at < history.Steps.Count; at++)
        {
            history = ShorterStep(history, at);
        }

        return history;
    }

    private History ShorterStep(History history, int at)
    {
        Func<Step, Step>[] ways =
        [
            step => step with { AfterNs = 1 }, step => step with { AfterNs = Half(step.AfterNs, 1) },
            step => step with { Value = 0 }, step => step with { Value = Half(step.Value, 0) },
        ];
        foreach (Func<Step, Step> way in ways)
        {
            while (way(history.Steps[at]) is var step && step != history.Steps[at])
            {
                Step[] steps = [.. history.Steps];
                steps[at] = step;
                History less = history with { Steps = steps };
                if (!StillFails(less))
                {
                    break;
                }

                history = less;
            }
        }

        return history;
    }

    private static IEnumerable<Func<History, History>> Shortenings()
    {
        foreach (PropertyInfo fault in FaultsOf())
        {
            yield return history => With(history, scene => scene with { Faults = Without(scene.Faults, fault) });
        }

        for (int bit = 1; bit < (int)Misdeeds.All; bit <<= 1)
        {
            Misdeeds others = ~(Misdeeds)bit;
            yield return history => With(history, scene => scene with { Misdeeds = scene.Misdeeds & others });
        }

        yield return history => history with { Ending = HistoryEnding.Calm };
        yield return history => With(history, scene => scene.Kind == SceneKind.Embedded
            ? scene with { Clients = 1, Targets = scene.Targets[..1] }
            : scene with { Clients = 1 });
        yield return history => With(history, scene => scene with { Servers = Math.Min(scene.Servers, 1) });
        yield return history => With(history, scene => scene.Kind == SceneKind.Embedded || scene.Targets.Length == 1
            ? scene
            : scene with { Targets = scene.Targets[..1] });
        yield return history => With(history, scene => scene with { Sources = 1 });
        yield return history => With(history, scene => scene with { Connections = 1 });
        yield return history => With(history, scene => scene with { Connections = (int)Half(scene.Connections, 1) });
        yield return history => With(history, scene => scene with { ConnectionsMax = scene.Connections });
        yield return history => With(
            history, scene => scene with { RatePerSecond = (int)Half(scene.RatePerSecond, 1) });
        yield return history => With(history, scene => scene with { ConnectRatePerSecond = 0 });
        yield return history => With(history, scene => scene with { Pings = false });
        yield return history => With(
            history, scene => scene with { TransferBytesMax = (int)Half(scene.TransferBytesMax, 1) });
        yield return history => With(history, scene => scene with { TroubleNs = Half(scene.TroubleNs, 1) });
    }

    private static long Half(long value, long least) => Math.Max(Math.Min(value, least), value / 2);

    private static History With(History history, Func<Scene, Scene> change)
    {
        Scene changed = change(history.Scene);
        return changed == history.Scene ? history : history with { Scene = changed };
    }

    private static IEnumerable<PropertyInfo> FaultsOf() =>
        typeof(FaultPlan).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.CanWrite);

    private static FaultPlan Without(FaultPlan faults, PropertyInfo fault)
    {
        object? none = fault.GetValue(FaultPlan.None);
        if (Equals(fault.GetValue(faults), none))
        {
            return faults;
        }

        FaultPlan without = faults with { };
        fault.SetValue(without, none);
        return without;
    }

    /// <summary>A test that plays the history, to be pasted.</summary>
    public static string TestOf(History history, string failure)
    {
        Scene drawn = Scene.Draw(history.Scene.Seed);
        StringBuilder text = new();
        text.Append($"    [Fact] // {history.Scene.Kind}: {failure}\n");
        text.Append($"    public void Seed_{history.Scene.Seed}_shrunk() => SimulationRun.Play(new History(\n");
        text.Append($"        Scene.Draw({history.Scene.Seed}) with\n        {{\n");
        foreach (PropertyInfo property in typeof(Scene).GetProperties().Where(one => one.CanWrite))
        {
            object? value = property.GetValue(history.Scene);
            if (value is FaultPlan faults)
            {
                text.Append($"            Faults = {TextOf(faults)},\n");
            }
            else if (!IsSame(value, property.GetValue(drawn)))
            {
                text.Append($"            {property.Name} = {TextOf(value, history.Scene)},\n");
            }
        }

        text.Append("        },\n");
        text.Append($"        [{string.Join(", ", history.Steps.Select(TextOf))}],\n");
        return text.Append($"        HistoryEnding.{history.Ending}));\n").ToString();
    }

    private static string TextOf(Step step) => $"new({step.AfterNs}, StepKind.{step.Kind}, {step.Value})";

    private static string TextOf(FaultPlan faults)
    {
        string[] others =
        [
            .. FaultsOf().Where(one => !Equals(one.GetValue(faults), one.GetValue(FaultPlan.None)))
                .Select(one => FormattableString.Invariant($"{one.Name} = {one.GetValue(faults)}"))
                .Select(one => one.Replace("True", "true", StringComparison.Ordinal)),
        ];
        return others.Length == 0 ? "FaultPlan.None" : $"FaultPlan.None with {{ {string.Join(", ", others)} }}";
    }

    private static bool IsSame(object? value, object? drawn) =>
        value is SockAddr[] some && drawn is SockAddr[] all ? some.SequenceEqual(all) : Equals(value, drawn);

    /// <summary>A value as C# writes it.</summary>
    private static string TextOf(object? value, Scene scene) => value switch
    {
        SockAddr[] targets => $"Scene.Draw({scene.Seed}).Targets[..{targets.Length}]",
        Misdeeds misdeeds => string.Join(
            " | ", misdeeds.ToString().Split(", ").Select(one => $"Misdeeds.{one}")),
        Enum word => $"{word.GetType().Name}.{word}",
        bool isSo => isSo ? "true" : "false",
        _ => FormattableString.Invariant($"{value}"),
    };
}
