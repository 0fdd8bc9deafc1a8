using System.ComponentModel;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>What runs, and with which options: the first line of a stream.</summary>
internal sealed record StreamStart(
    string Schema, Tool Tool, string Command,
    [property: Description("Every effective option, defaults included.")] Section Options);
