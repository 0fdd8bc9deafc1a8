using System.Globalization;

namespace Throng.Fuzz;

/// <summary>Fuzzes one target, or reads one input: what `tests/fuzz` starts.</summary>
internal static class Program
{
    private const string Usage = "Throng.Fuzz list | NAME --minutes M --folder PATH [--seed S] | NAME --input FILE";

    private static int Main(string[] words)
    {
        // Before anything that is instrumented runs.
        using CoverageMap map = new();
        return Run(words, map);
    }

    private static int Run(string[] words, CoverageMap map)
    {
        if (words is ["list"])
        {
            foreach (FuzzTarget one in FuzzTargets.All)
            {
                Console.WriteLine(one.Name);
            }

            return 0;
        }

        FuzzTarget? target = FuzzTargets.All.FirstOrDefault(one => words.Length > 0 && one.Name == words[0]);
        if (target is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (Value(words, "--input") is { } input)
        {
            Fault? fault = Judge.Try(target, File.ReadAllBytes(input));
            Console.WriteLine(fault?.Text ?? "as it should be");
            return fault is null ? 0 : 1;
        }

        if (Value(words, "--folder") is not { } folder
            || !double.TryParse(Value(words, "--minutes"), CultureInfo.InvariantCulture, out double minutes))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        ulong seed = ulong.Parse(Value(words, "--seed") ?? "1", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        using Campaign campaign = new(target, map, folder, seed);
        Console.WriteLine(campaign.Run(TimeSpan.FromMinutes(minutes)));
        return 0;
    }

    private static string? Value(string[] words, string option)
    {
        int at = Array.IndexOf(words, option);
        return at < 0 || at + 1 >= words.Length ? null : words[at + 1];
    }
}
