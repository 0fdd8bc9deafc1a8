using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Whether io_uring works, and if not, what stands in its way.</summary>
public static class UringLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        string setting = host.UringDisabled is null ? "" : "kernel.io_uring_disabled";
        LimitRow row = new("io_uring", setting, Has(host));
        if (host.UringWorks || plan.Engine.IsChosen && plan.Engine.Kind == EngineChoice.Epoll)
        {
            return row;
        }

        bool isWanted = plan.Engine.Kind == EngineChoice.Uring;
        string command = host.UringDisabled is > 0
            ? "sysctl -w kernel.io_uring_disabled=0"
            : host.UringReason.Contains("EPERM", StringComparison.Ordinal)
                ? "docker run --security-opt seccomp=unconfined"
                : "";
        return row with
        {
            Note = host.UringReason,
            Needs = isWanted ? "works" : "",
            State = isWanted ? LimitState.TooSmall : LimitState.Fact,
            IsForceable = false,
            Command = command,
            Sentence = isWanted ? $"io_uring does not work here: {host.UringReason}" : "",
            Remedy = isWanted
                ? "use --engine epoll, or allow io_uring (sysctl kernel.io_uring_disabled=0;"
                    + " a seccomp profile that permits it)"
                : "",
        };
    }

    private static string Has(HostFacts host) => host.UringWorks ? "works"
        : host.UringDisabled switch
        {
            2 => "2 (off for all)",
            1 => "1 (off for users)",
            _ => "does not work",
        };
}
