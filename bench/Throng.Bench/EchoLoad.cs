namespace Throng.Bench;

/// <summary>One engine under lasting load: what it echoed and what that cost the server's process.</summary>
internal sealed record EchoLoad(string Engine, long Echoes, double PerSecond, CpuTime Server)
{
    public double UserUs => Server.UserNs / 1e3 / Echoes;

    public double SystemUs => (Server.TotalNs - Server.UserNs) / 1e3 / Echoes;
}
