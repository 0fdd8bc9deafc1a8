using System.ComponentModel;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>First line of a stream: the command that runs, and its options.</summary>
internal sealed record StreamStart(
    string Schema, Tool Tool, string Command,
    [property: Description("Every effective option, defaults included.")] Section Options);
