using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Readings of how long tasks had no CPU.</summary>
public sealed class CpuPressureTests
{
    [Theory]
    [InlineData("some avg10=84.42 avg60=89.05 avg300=70.72 total=16047\nfull avg10=0.00 total=3\n", 16_047_000L)]
    [InlineData("full avg10=0.00 total=3\n", null)]
    [InlineData("", null)]
    public void Pressure_is_the_total_of_some(string text, long? expected) =>
        Assert.Equal(expected, CpuPressure.ParseHost(text));

    [Theory]
    [InlineData("cpu  3068225 206107 692974 985961 371202 0 103887 25 0 0\ncpu0 1 2\n", 250_000_000L)]
    [InlineData("cpu  1 2 3\n", null)]
    [InlineData("", null)]
    public void Steal_is_the_eighth_of_all_cpus(string text, long? expected) =>
        Assert.Equal(expected, CpuPressure.ParseSteal(text));

    [Theory]
    [InlineData("812 70285 1\n", 70_285L)]
    [InlineData("812\n", null)]
    [InlineData("", null)]
    public void A_threads_wait_is_the_second(string text, long? expected) =>
        Assert.Equal(expected, CpuPressure.ParseThread(text));

    [Fact]
    public void This_thread_has_waited() => Assert.True(CpuPressure.ReadThreadNs(Threads.Id) >= 0);
}
