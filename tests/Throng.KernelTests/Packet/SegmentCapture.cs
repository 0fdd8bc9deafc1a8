using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Segments on an interface as tshark sees them, whose dissector shares nothing with the engine.</summary>
internal sealed class SegmentCapture : IDisposable
{
    private const string File = "segments.pcap";

    /// <summary>Nothing is guessed about what segments carry: tshark finds protocols in an echo that it then calls
    /// malformed.</summary>
    private const string Reading = "-d tcp.port==1-65535,data";

    private readonly PeerProcess _process;
    private readonly string _ours;

    /// <param name="name">An interface at the other end of the cable: at ours, packets of our own pass no capture.
    /// </param>
    /// <param name="ours">A filter for the segments of the engine.</param>
    /// <param name="before">Leads to the interface's network; empty: that of the test.</param>
    public SegmentCapture(string name, string ours, string before = "")
    {
        Needs.Tool("tshark");
        _ours = ours;
        _process = PeerProcess.Start(folder => $"{before}tshark -i {name} -s 128 -w {folder}/{File} -a duration:120");
        _process.Await(() => System.IO.File.Exists(_process.PathOf(File)));
    }

    /// <summary>Ends it and looks: no segment of ours is wrong, nobody reset anything, and no more was sent again than
    /// the run says.</summary>
    public void Agrees(long retransmits)
    {
        Eventually.Holds(() => Count($"{_ours} && tcp.flags.fin == 1") > 0, _process.Story, everyMs: 500);
        _process.End();
        Assert.Equal("", Found($"_ws.malformed || tcp.flags.reset == 1 || ({_ours} && tcp.len > 1460)"));
        long again = Count($"{_ours} && (tcp.analysis.retransmission || tcp.analysis.fast_retransmission)");
        Assert.InRange(again, 0, retransmits);
    }

    public void Dispose() => _process.Dispose();

    private long Count(string filter) => long.Parse(
        Shell($"tshark -r {_process.PathOf(File)} {Reading} -Y '{filter}' 2> /dev/null | wc -l"),
        CultureInfo.InvariantCulture);

    private string Found(string filter) =>
        Shell($"tshark -r {_process.PathOf(File)} {Reading} -Y '{filter}' 2> /dev/null | head -5");

    private static string Shell(string line)
    {
        using Process shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output.Trim();
    }
}
