using System.Text.Json.Serialization;

namespace Throng.Engine;

/// <summary>One change of the host for a load.</summary>
/// <param name="Name">A kernel setting by its dotted name, or <see cref="NoTrack.Table"/>.</param>
/// <param name="From">The value before, as the kernel shows it, tabs included.</param>
/// <param name="To">The value wanted.</param>
/// <param name="Scope">Who is affected.</param>
/// <param name="Why">What it is good for, in a few words.</param>
public sealed record Change(string Name, string From, string To, ChangeScope Scope, string Why)
{
    public override string ToString() => $"{Name} {Plain(From)} -> {Plain(To)} ({Why})";

    /// <summary>Whether two values of a setting mean the same: the kernel puts tabs where people put blanks.</summary>
    public static bool IsSame(string? one, string? other) =>
        one is not null && other is not null && Plain(one) == Plain(other);

    /// <summary>A value in one line, with single blanks.</summary>
    internal static string Plain(string value) =>
        string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Extent of a change: who is affected by it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeScope>))]
public enum ChangeScope
{
    /// <summary>The network namespace it is made in.</summary>
    [JsonStringEnumMemberName("namespace")]
    Namespace,

    /// <summary>Everything on the host.</summary>
    [JsonStringEnumMemberName("host")]
    Host,
}
