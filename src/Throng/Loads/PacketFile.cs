using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>The file of `--pcap`: the last packets of every connection that ended badly, as pcapng.</summary>
public sealed class PacketFile : IDisposable
{
    private readonly GrowingFile _file;

    private PacketFile(GrowingFile file, long bytesMax)
    {
        _file = file;
        try
        {
            Capture = PacketCapture.Open(
                LoadOptions.Pcap.Spelling, _file.TryWrite, $"throng {Release.Tool.Version}", bytesMax);
        }
        catch (SetupException)
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Keeper of the packets.</summary>
    public PacketCapture Capture { get; }

    /// <summary>The file that the options ask for; null for none.</summary>
    /// <exception cref="SetupException">Nothing can be written there, or packets may not be captured.</exception>
    public static PacketFile? Open(Values values) =>
        GrowingFile.Open(values, LoadOptions.Pcap, "packets as fast as connections fail") is { } file
            ? new PacketFile(file, values.Get(LoadOptions.PcapMax))
            : null;

    /// <summary>Gives the file its name; false with what went wrong. The run has ended.</summary>
    public bool TryFinish(CaptureFigures? figures, out string error)
    {
        if (!_file.TryFinish(out error))
        {
            return false;
        }

        error = _file.Error.Length == 0 ? ""
            : $"packets of {Units.Several(figures?.NotKept ?? 0, "failures")} are not in {_file.Said}: {_file.Error}";
        return error.Length == 0;
    }

    /// <summary>Ends the capture; a file that was not finished goes.</summary>
    public void Dispose()
    {
        Capture.Dispose();
        _file.Dispose();
    }
}
