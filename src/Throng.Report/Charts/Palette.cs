namespace Throng.Report;

/// <summary>Colours of drawings and pages in one kind of surroundings, as CSS has them.</summary>
/// <param name="Series">Told apart by people with the usual colour blindness too, after M. Okabe and K. Ito.</param>
/// <param name="Soft">Of text that stands back.</param>
internal sealed record Palette(
    string[] Series, string Ground, string Text, string Soft, string Grid, string Frame, string Good, string Bad)
{
    public static Palette Light { get; } = new(
        ["#0068b0", "#c85200", "#007d5a", "#a8478a", "#8a6a00", "#3a8fc8"],
        "#ffffff", "#1f2328", "#59636e", "#e3e7eb", "#8c959f", "#1a7f37", "#cf222e");

    public static Palette Dark { get; } = new(
        ["#5aaef7", "#ff9550", "#35c295", "#e39bcd", "#e5c04b", "#9ad3fb"],
        "#0d1117", "#e6edf3", "#9198a1", "#272e37", "#6e7681", "#3fb950", "#ff6b64");
}
