using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>Messages with which a ctraffic server reports its start.</summary>
/// <param name="address">As it was typed.</param>
public sealed class CtrafficServerFace(string address, bool hasDatagrams, TimeProvider clock) : IOriginalOutput
{
    public OutputText Begin(ILiveRun run, DescriptorLimit limit) => new("",
    [
        GoLog.Line($"Listen on address;  {address}", clock),
        .. hasDatagrams ? (string[])[GoLog.Line($"Listen on UDP address;  {address}", clock)] : [],
    ]);

    public Reading Fail(SetupException setup) => GoLog.Fatal(setup.Errno == 0 ? setup.Message
        : $"listen tcp {address}: bind: " + (setup.Errno == Errno.EADDRNOTAVAIL ? "cannot assign requested address"
            : Errno.Text(setup.Errno)), clock);
}
