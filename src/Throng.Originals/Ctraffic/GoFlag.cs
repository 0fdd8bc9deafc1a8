namespace Throng.Originals;

/// <summary>Type of the value of a flag in Go's flag package.</summary>
public enum GoKind
{
    Text,
    Flag,
    Integer,
    Float,
    Duration,
}

/// <summary>A flag as Go's flag package is told of it.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Default">As it would be typed.</param>
/// <param name="Usage">What it means, in one line.</param>
public sealed record GoFlag(string Name, GoKind Kind, string Default, string Usage)
{
    /// <summary>Its two lines of the usage text.</summary>
    public string Help
    {
        get
        {
            string kind = Kind switch
            {
                GoKind.Integer => " int",
                GoKind.Float => " float",
                GoKind.Duration => " duration",
                GoKind.Flag => "",
                _ => " string",
            };
            string shown = Kind == GoKind.Text ? $"\"{Default}\"" : Default;
            return $"  -{Name}{kind}\n    \t{Usage}" + (Default is "" or "false" ? "" : $" (default {shown})");
        }
    }

    /// <summary>Why a value is none of its kind; empty: it is one.</summary>
    public string Refuse(string value) => Kind switch
    {
        GoKind.Flag => GoValue.TryFlag(value, out _) ? "" : "parse error",
        GoKind.Integer => GoValue.Integer(value, out _),
        GoKind.Float => GoValue.Float(value, out _),
        GoKind.Duration => GoValue.TryDuration(value, out _) ? "" : "parse error",
        _ => "",
    };
}
