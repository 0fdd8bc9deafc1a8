using System.ComponentModel;
using System.Text.Json.Serialization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>First line of a stream: the command that runs, and its options.</summary>
internal sealed record StreamStart(
    string Schema, Tool Tool, string Command,
    [property: Description("Every effective option, defaults included.")] Section Options,
    [property: Description("Id of this run, as in its document."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RunId,
    [property: Description("What --label gave, by name."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Section? Labels);
