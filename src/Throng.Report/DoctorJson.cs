using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>An examination as JSON: the schema <c>throng.doctor/1</c>, one valid document and a newline.</summary>
public static class DoctorJson
{
    public const string SchemaName = "throng.doctor/1";

    public static byte[] Render(Tool tool, Examination examination)
    {
        Section arithmetic = [];
        foreach (ArithmeticLine sum in examination.Arithmetic)
        {
            arithmetic.Add(sum.Name, sum.Text);
        }

        return JsonReport.Render(new DoctorDocument(
            SchemaName, new DoctorTool(tool.Name, tool.Version), "doctor", examination.Subject,
            NumberOf(examination.Wanted), examination.Fits, NumberOf(examination.Possible), examination.Limit?.Name,
            arithmetic, [.. examination.Rows.Select(LimitOf)]));
    }

    private static DoctorLimit LimitOf(LimitRow row) => new(
        row.Name, row.Setting, JsonNamingPolicy.SnakeCaseLower.ConvertName(row.State.ToString()),
        NumberOf(row.HasNumber), row.Has, NumberOf(row.NeedsNumber), row.Needs, NumberOf(row.Connections), row.Command,
        row.Note, row.Sentence);

    private static decimal? NumberOf(double? number) =>
        number is { } value && double.IsFinite(value) ? (decimal)value : null;
}
