using System.Text;

namespace Throng.Originals;

/// <summary>Lines of `status`: a label, a colon, a value.</summary>
public sealed class StatusLines
{
    private const int LabelColumns = 25;

    private readonly StringBuilder _text = new();

    public StatusLines Add(string label, long number) => Add(label, $"{number}");

    public StatusLines Add(string label, bool isOn) => Add(label, isOn ? "yes" : "no");

    public StatusLines Add(string label, DescriptorLimit limit) => Add(label, $"{limit.Soft}/{limit.Hard}");

    public override string ToString() => _text.ToString();

    private StatusLines Add(string label, string value)
    {
        _text.Append($"{label.PadRight(LabelColumns)}: {value}\n");
        return this;
    }
}
