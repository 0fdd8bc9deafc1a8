using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`--nice`: asked for, it is set, said and warned of; not asked for, nothing changes.</summary>
public sealed class NiceTests
{
    private const int NiceField = 19;

    [Theory]
    [InlineData("hold", "10")]
    [InlineData("query", "--protocol", "echo", "--rate", "100")]
    [InlineData("churn", "--rate", "20")]
    public void Workers_keep_the_nice_of_the_program_unless_asked(string command, params string[] options)
    {
        using ThrongProcess plain = ThrongProcess.Start([command, .. options, "--for", "1s", "--json", "-q"]);
        Eventually.Holds(() => WorkersOf(plain).Length > 0, plain.Story);
        Assert.All(WorkersOf(plain), nice => Assert.Equal(0, nice));
        Document document = plain.Finish();
        Assert.False(document.Has("options.nice"), plain.Story());

        using ThrongProcess behind = ThrongProcess.Start(
            [command, .. options, "--for", "1s", "--json", "-q", "--nice", "7"]);
        Eventually.Holds(() => WorkersOf(behind) is { Length: > 0 } all && all.All(nice => nice == 7), behind.Story);
        behind.Finish().Equal(7, behind.Document().Number("options.nice"), "nice");
    }

    [Fact]
    public void Going_first_beside_the_server_is_warned_of()
    {
        Requirement.OwnNetwork(); // what it needs is what nice needs: root
        using EchoServer server = EchoServer.Start("auto");
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--target", server.Address, "--for", "300ms", "--nice", "-5", "--json", "-q");
        Assert.Contains(
            "nice -5 and the other end is on this host", run.Finish().Finding("nice-beside-server"),
            StringComparison.Ordinal);
    }

    private static int[] WorkersOf(ThrongProcess run)
    {
        try
        {
            return
            [
                .. Directory.GetDirectories($"/proc/{run.Id}/task").Select(task => File.ReadAllText(task + "/stat"))
                    .Where(stat => stat.Contains("(worker ", StringComparison.Ordinal)).Select(NiceOf),
            ];
        }
        catch (IOException)
        {
            return []; // a thread has gone meanwhile
        }
    }

    private static int NiceOf(string stat) => int.Parse(
        stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[NiceField - 3], CultureInfo.InvariantCulture);
}
