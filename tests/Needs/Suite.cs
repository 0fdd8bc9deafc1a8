namespace Throng.Testing;

/// <summary>
/// Which of the tests run. <c>dotnet test</c> runs the short suite, which anybody waits for: at most three minutes on
/// two cores. THRONG_TESTS=full runs all of it, THRONG_TESTS=night tries twenty times as many seeds.
/// </summary>
internal static class Suite
{
    private static readonly string Wanted = Environment.GetEnvironmentVariable("THRONG_TESTS") ?? "";

    /// <summary>All tests run.</summary>
    public static bool IsFull { get; } = Wanted is "full" or "night";

    /// <summary>All tests run, with as many seeds as a night has time for.</summary>
    public static bool IsNight { get; } = Wanted is "night";

    /// <summary>
    /// How many seeds, rounds or documents a property is tried with: a few in the short suite, all of them in the full
    /// one, twenty times as many in a night.
    /// </summary>
    public static int Rounds(int few, int all) => IsNight ? 20 * all : IsFull ? all : few;
}
