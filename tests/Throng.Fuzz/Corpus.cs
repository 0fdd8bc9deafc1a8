using System.Reflection;

namespace Throng.Fuzz;

/// <summary>Inputs that a target begins with: small, ours, and those that once showed a fault.</summary>
public static class Corpus
{
    private static readonly Assembly Own = typeof(Corpus).Assembly;

    /// <summary>Files of a target by name; an empty input is always among them.</summary>
    public static IReadOnlyList<(string Name, byte[] Input)> Of(FuzzTarget target)
    {
        List<(string Name, byte[] Input)> files = [("empty", [])];
        foreach (string folder in target.Corpora.Prepend(target.Name))
        {
            foreach (string name in Own.GetManifestResourceNames().Order(StringComparer.Ordinal))
            {
                if (name.StartsWith(folder + "/", StringComparison.Ordinal))
                {
                    using Stream file = Own.GetManifestResourceStream(name)!;
                    byte[] input = new byte[file.Length];
                    file.ReadExactly(input);
                    files.Add((name, input));
                }
            }
        }

        return files;
    }
}
