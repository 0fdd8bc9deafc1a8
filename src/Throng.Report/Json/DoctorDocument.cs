using Throng.Measurement;

namespace Throng.Report;

/// <summary>The document of an examination. Its numbers are written without an exponent.</summary>
internal sealed record DoctorDocument(
    string Schema, DoctorTool Tool, string Command, string Plan, decimal? Connections, bool Fits, decimal? Possible,
    string? Limit, Section Arithmetic, IReadOnlyList<DoctorLimit> Limits);

/// <summary>The program, as far as an examination names it.</summary>
internal sealed record DoctorTool(string Name, string Version);

/// <summary>One limit of the host.</summary>
internal sealed record DoctorLimit(
    string Name, string Setting, string State, decimal? Is, string IsText, decimal? Needed, string NeededText,
    decimal? Allows, string Command, string Note, string Text);
