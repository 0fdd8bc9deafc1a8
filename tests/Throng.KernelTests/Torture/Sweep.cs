using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.KernelTests;

/// <summary>
/// Every call of every scenario with every error that it may have, in an order that a seed decides: the first 64 calls
/// of a kind and then those whose number is a power of two, each alone; where an error may last, the first with all
/// after it.
/// </summary>
internal sealed class Sweep
{
    private const int EachUpTo = 64;

    /// <summary>Runs at once: most of the time of one is a wait.</summary>
    private static readonly int _beside = 8 * Environment.ProcessorCount;

    private readonly List<(Scenario Scenario, CallFault Fault)> _all = [];
    private readonly ConcurrentBag<TorturedRun> _runs = [];
    private readonly ConcurrentBag<TorturedRun> _untouched = [];
    private readonly ulong _seed;

    /// <param name="scenarios">Each is run once without a fault, which tells what calls it makes.</param>
    public Sweep(IReadOnlyList<Scenario> scenarios, ulong seed)
    {
        _seed = seed;
        InParallel(scenarios.Count, index => _untouched.Add(TorturedRun.Of(scenarios[index], null)));
        foreach (TorturedRun run in _untouched.OrderBy(run => run.Scenario.Name, StringComparer.Ordinal))
        {
            _all.AddRange(FaultsOf(run).Select(fault => (run.Scenario, fault)));
        }

        Shuffle();
    }

    /// <summary>How many runs the whole is.</summary>
    public int Count => _all.Count;

    /// <summary>Runs with a fault so far.</summary>
    public IReadOnlyCollection<TorturedRun> Runs => _runs;

    /// <summary>Runs, with a fault and without, in which something was wrong.</summary>
    public IEnumerable<TorturedRun> Wrong => _runs.Concat(_untouched).Where(
        run => run.Wrong.Count > 0 || (run.Fault is null && run.ExitCode != 0));

    /// <summary>Carries the first ones out, until the time is over.</summary>
    public void Run(int most, TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        InParallel(Math.Min(most, _all.Count), index =>
        {
            if (clock.Elapsed < time)
            {
                _runs.Add(TorturedRun.Of(_all[index].Scenario, _all[index].Fault));
            }
        });
    }

    /// <summary>The table of calls, errors and outcomes as Markdown.</summary>
    public string Table()
    {
        StringBuilder text = new();
        _ = text.AppendLine("| Call | Error | Runs | Delivered | Exit 0 | Exit 1 | Exit 3 | Wrong |");
        _ = text.AppendLine("|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (var group in _runs
            .GroupBy(run => (run.Fault!.Kind, run.Fault.Error))
            .OrderBy(group => group.Key.Kind, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Error, StringComparer.Ordinal))
        {
            int Ended(int code) => group.Count(run => run.ExitCode == code);
            _ = text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| `{group.Key.Kind}` | {group.Key.Error} | {group.Count()} | {group.Count(run => run.Failed > 0)}"
                + $" | {Ended(0)} | {Ended(1)} | {Ended(3)} | {group.Count(run => run.Wrong.Count > 0)} |"));
        }

        return text.ToString();
    }

    private static IEnumerable<CallFault> FaultsOf(TorturedRun run)
    {
        foreach ((string kind, long count) in run.Calls.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            foreach (string error in CallFaults.Of(kind))
            {
                for (long number = 1; number <= count; number = number < EachUpTo ? number + 1 : 2 * number)
                {
                    yield return new CallFault(kind, error, number, GoesOn: false);
                }

                if (count > 0 && CallFaults.Lasts(error))
                {
                    yield return new CallFault(kind, error, 1, GoesOn: true);
                }
            }
        }
    }

    private static void InParallel(int count, Action<int> work)
    {
        int next = 0;
        Thread[] threads = [.. Enumerable.Range(0, _beside).Select(_ => OwnNetworkAttribute.Start(() =>
        {
            while (Interlocked.Increment(ref next) is var one && one <= count)
            {
                work(one - 1);
            }
        }))];
        Array.ForEach(threads, thread => thread.Join());
    }

    private void Shuffle()
    {
        Prng random = new(_seed);
        for (int left = _all.Count; left > 1; left--)
        {
            int picked = (int)random.NextInRange(0, left - 1);
            (_all[picked], _all[left - 1]) = (_all[left - 1], _all[picked]);
        }
    }
}
