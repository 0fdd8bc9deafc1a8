using Throng.Linux;

namespace Throng.Engine;

/// <summary>CPU time that waking up costs a thread on this host: a virtual machine pays several times a bare one's.
/// </summary>
internal static class WakeUpCost
{
    private const int WaitsMeasured = 16;
    private const long WaitNs = 20_000;

    /// <summary>Taken where it cannot be measured.</summary>
    private const long UsualNs = 4_000;

    /// <summary>
    /// Waits some times for a few microseconds and looks what that took of the CPU, in ns. Takes about a millisecond.
    /// </summary>
    public static long MeasureNs()
    {
        int fd = Descriptors.OpenEvent();
        if (fd < 0)
        {
            return UsualNs;
        }

        _ = Threads.SetTimerSlack(1);
        _ = Descriptors.Await(fd, WaitNs);
        long beforeNs = Clock.ThreadCpuNs();
        for (int i = 0; i < WaitsMeasured; i++)
        {
            _ = Descriptors.Await(fd, WaitNs);
        }

        long costNs = (Clock.ThreadCpuNs() - beforeNs) / WaitsMeasured;
        _ = Threads.SetTimerSlack(0);
        _ = Descriptors.Close(fd);
        return costNs;
    }
}
