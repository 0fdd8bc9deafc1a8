using Throng.Engine;

namespace Throng.Originals;

/// <summary>Message of tspam when it cannot go on.</summary>
public static class TspamFailure
{
    public const int ExitCode = 1;

    public static string Fatal(string why) => $"[ERROR tspam] Fatal error: {why}";

    public static Reading Describe(SetupException setup)
    {
        string errno = setup.Errno == 0 ? "" : $": {CError.Text(setup.Errno)} (os error {setup.Errno})";
        string what = setup.Errno == 0 ? setup.Message : setup.Message.Split(": ")[0];
        return Reading.Refuse(ExitCode, Fatal(what + errno));
    }
}
