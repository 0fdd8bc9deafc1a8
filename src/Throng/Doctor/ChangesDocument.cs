using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>The changes of a host as JSON: the schema <c>throng.doctor-changes/1</c>.</summary>
/// <param name="Action">apply, plan or undo.</param>
/// <param name="Place">Where.</param>
/// <param name="UndoPath">The undo file there is now; empty for none.</param>
/// <param name="Outcomes">What became of each change, in the order they were made.</param>
/// <param name="Notes">What is left as it is although it may matter.</param>
public sealed record ChangesDocument(
    string Action,
    TuningPlace Place,
    string UndoPath,
    IReadOnlyList<ChangeOutcome> Outcomes,
    IReadOnlyList<string> Notes)
{
    /// <summary>One valid document and a newline.</summary>
    public string ToJson(int exitCode) => Encoding.UTF8.GetString(JsonReport.Render(new Section
    {
        ["schema"] = "throng.doctor-changes/1",
        ["action"] = Action,
        ["namespace_inode"] = (long)Place.Namespace.Inode,
        ["ok"] = exitCode == ExitCode.Done,
        ["exit_code"] = exitCode,
        ["undo_file"] = UndoPath.Length > 0 ? UndoPath : null,
        ["changes"] = Node.ListOf(Outcomes, SectionOf),
        ["notes"] = Node.ListOf(Notes),
    }));

    private static Node SectionOf(ChangeOutcome outcome)
    {
        Section section = new()
        {
            ["name"] = outcome.Change.Name,
            ["scope"] = outcome.Change.Scope == ChangeScope.Host ? "host" : "namespace",
            ["from"] = outcome.Change.From,
            ["to"] = outcome.Change.To,
            ["why"] = outcome.Change.Why,
            ["result"] = outcome.Result.ToString().ToLowerInvariant(),
        };
        if (outcome.Result == ChangeResult.Refused)
        {
            section["errno"] = outcome.Errno > 0 ? Errno.Name(outcome.Errno) : null;
            section["reason"] = outcome.Reason;
            section["remedy"] = outcome.Remedy;
        }

        return section;
    }
}
