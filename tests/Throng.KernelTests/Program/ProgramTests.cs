using Xunit;

namespace Throng.KernelTests;

/// <summary>Tests of the program as it ships: one native file that needs nothing of .NET beside it.</summary>
public sealed class ProgramTests
{
    /// <summary>A budget; the decision on native code says what has grown since 9.5 MB.</summary>
    private const long BytesMax = 20_000_000;

    [Fact]
    public void The_program_under_test_is_native_small_and_alone()
    {
        Needs.Toolchain(ThrongProcess.IsNative);
        string alone = Path.Combine(Directory.CreateTempSubdirectory("throng-alone-").FullName, "throng");
        File.Copy(ThrongProcess.ProgramPath, alone);
        Assert.InRange(new FileInfo(alone).Length, 1_000_000, BytesMax);
        using ThrongProcess run = ThrongProcess.Run(new Launch { Program = alone }, 0, "--version");
        Assert.StartsWith("throng ", run.OutputText, StringComparison.Ordinal);
        using ThrongProcess hold = ThrongProcess.Run(
            new Launch { Program = alone }, 0, "hold", "100", "--until-held", "--json", "-q");
        hold.Document().AddsUp().Equal(100, hold.Document().Number("connections.held"), "held");
        Directory.Delete(Path.GetDirectoryName(alone)!, recursive: true);
    }
}
