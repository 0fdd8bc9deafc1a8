using Throng.Measurement;

namespace Throng.Engine;

/// <summary>net.ipv4.tcp_mem: what TCP may buffer. Idle connections hold none of it, so it bounds no number.</summary>
public static class TcpMemoryLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (host.TcpMemory is not { } pages)
        {
            return Remaining.Unread("tcp memory", "net.ipv4.tcp_mem");
        }

        bool isNear = host.TcpMemoryUsedPages > pages.Pressure * LimitRow.NearRatio;
        string used = Units.Count(host.TcpMemoryUsedPages);
        return Remaining.Row("tcp memory", "net.ipv4.tcp_mem", pages.Max) with
        {
            State = isNear ? LimitState.Near : LimitState.Fact,
            Note = $"pages, {used} in use; idle connections hold almost none",
            Command = isNear
                ? $"sysctl -w net.ipv4.tcp_mem=\"{pages.Low * 4} {pages.Pressure * 4} {pages.Max * 4}\""
                : "",
            Sentence = isNear
                ? $"TCP holds {used} pages of buffers already, and is short from {Units.Count(pages.Pressure)} on"
                : "",
        };
    }
}
