namespace Throng.Measurement;

/// <summary>
/// The generator's own limit: error when any connect found no descriptor, warning when accepting had to wait for one.
/// Which table was full: a ring's own says ENFILE, a thread's or the process's EMFILE, and the host's says ENFILE too.
/// </summary>
public sealed class DescriptorsExhausted : IRule
{
    public RuleNote Note { get; } = new("descriptors-exhausted", "error, warning",
        "A connect found no descriptor, or accepting had to wait for one.",
        "raise the hard limit (ulimit -Hn), or fs.file-max where the host's table is full");

    public Finding? Judge(RunDocument run)
    {
        long connects = run.Connections.ConnectFailed[CloseReason.NoDescriptor];
        string errno = run.Limits?.AcceptErrno ?? "";
        long accepts = errno is "EMFILE" or "ENFILE" ? run.Limits!.AcceptFailures : 0;
        if (connects + accepts == 0)
        {
            return null;
        }

        bool isHosts = errno == "ENFILE" && run.Host.Engine == "epoll";
        string sum = run.Limits is { Arithmetic.Length: > 0 } limits ? $": {limits.Arithmetic}" : "";
        List<string> counts = [];
        if (connects > 0)
        {
            counts.Add($"{Units.Several(connects, "connects")} had none");
        }

        if (accepts > 0)
        {
            counts.Add($"accepting was refused {Units.Several(accepts, "times")} ({errno})");
        }

        string files = run.Limits is { } known ? $"; {known.Setting("fs.file-nr")} (open, free, most)" : "";
        return Note.Found(
            connects > 0 ? Severity.Error : Severity.Warning,
            isHosts ? "the host's table of open files is full" : "this host ran out of descriptors" + sum,
            $"{string.Join(" and ", counts)} at a peak of {Units.Several(run.Connections.Peak, "connections")}; "
                + $"nofile is {Units.Count(run.Host.Nofile)}{files}",
            isHosts ? "raise it: sysctl -w fs.file-max=..." : Reasons.Remedy(CloseReason.NoDescriptor, run));
    }
}
