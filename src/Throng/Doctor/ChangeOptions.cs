using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options of `throng doctor` for changing the host.</summary>
public static class ChangeOptions
{
    public static Option<bool> Apply { get; } = Declare.Flag(
        "apply", "make the changes that a load needs; they hold until --undo or the next boot");

    public static Option<bool> Undo { get; } = Declare.Flag(
        "undo", "take back what --apply changed, each value exactly as it was");

    public static Option<bool> Host { get; } = Declare.Flag(
        "host", "change also what the whole host shares, not only this network namespace");

    public static Option<string> Role { get; } = Declare.Choice(
        "role", "ROLE", ["client", "server", "both"], "both",
        "which end of a load this host is: client, server or both");

    public static Option<string> UndoFile { get; } = Declare.File(
        "undo-file", "where --apply keeps the values before, and --undo takes them from",
        shown: "/var/lib/throng/undo-NAMESPACE.json for root", argument: "PATH");

    /// <summary>All of them, as the help shows them.</summary>
    public static OptionGroup Group { get; } = new(
        "Changing the host", Apply, Undo, Host, Role, UndoFile, SharedOptions.DryRun);

    /// <summary>Whether the command is to change something, or to say what it would change.</summary>
    public static bool IsAsked(Values values) => values.Get(Apply) || values.Get(Undo);

    /// <summary>Errors of these options together, one line each.</summary>
    public static IReadOnlyList<string> Contradictions(Values values)
    {
        Contradiction found = new(values);
        found.Both(Apply, Undo);
        if (!values.Get(Apply))
        {
            string why = values.Get(Undo) ? "has no effect with --undo, which takes all back" : "needs --apply";
            found.NoEffect([Host, Role, SharedOptions.DryRun], why);
        }

        if (!IsAsked(values))
        {
            found.NoEffect(UndoFile, "needs --apply or --undo");
        }

        return found.Errors;
    }

    public static TuningRoles RolesOf(Values values) => values.Get(Role) switch
    {
        "client" => TuningRoles.Client,
        "server" => TuningRoles.Server,
        _ => TuningRoles.Both,
    };
}
