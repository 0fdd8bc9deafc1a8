using System.Globalization;

namespace Throng.Originals;

/// <summary>Lines of Go's log package: the time of day and what happened.</summary>
public static class GoLog
{
    /// <summary>How log.Fatal ends a program.</summary>
    public const int FatalExitCode = 1;

    public static string Line(string text, TimeProvider clock) =>
        clock.GetLocalNow().ToString("yyyy'/'MM'/'dd HH:mm:ss ", CultureInfo.InvariantCulture) + text;

    public static Reading Fatal(string text, TimeProvider clock) => Reading.Refuse(FatalExitCode, Line(text, clock));
}
