using System.Globalization;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>CPUs: they bound no number of connections, but a quota stops every worker for the rest of its period.
/// </summary>
public static class CpuLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan) =>
        Remaining.Row("cpus", "sched_getaffinity", host.Cpus) with
        {
            Needs = plan.Connections is null ? "" : $"{Units.Count(plan.Capacity.Workers)} workers",
            NeedsNumber = plan.Connections is null ? null : plan.Capacity.Workers,
        };

    public static LimitRow? OfGroup(HostFacts host, LoadPlan plan)
    {
        if (host.Cgroup.Cpus is not { } cpus)
        {
            return null;
        }

        int whole = Math.Max(1, (int)cpus);
        bool isNear = plan.Capacity.Workers > whole && plan.Role != PlanRole.Any;
        string text = cpus.ToString("0.##", CultureInfo.InvariantCulture);
        return new LimitRow("cgroup cpu", host.Cgroup.CpuSetting, $"{text} CPUs")
        {
            HasNumber = cpus,
            State = isNear ? LimitState.Near : LimitState.Fact,
            Note = "used up, every worker stops for the rest of the period",
            Remedy = isNear ? $"use as many workers as there is CPU time for: --threads {whole}" : "",
            Sentence = isNear
                ? $"{Units.Count(plan.Capacity.Workers)} workers share {text} CPUs' worth of time: what they wait for"
                    + " each other shows in every time they measure"
                : "",
        };
    }
}
