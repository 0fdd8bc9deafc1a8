using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Parts whose shape the model does not know, as they stand.</summary>
internal static class JsonSectionReader
{
    /// <param name="known">Names that are no part of it.</param>
    public static Section Of(JsonPart part, params ReadOnlySpan<string> known)
    {
        Section section = [];
        foreach (JsonProperty one in part.Element.EnumerateObject())
        {
            string name = JsonText.NameOf(one, part.Path, part.Trouble);
            if (!known.Contains(name))
            {
                section[name] = ValueOf(one.Value, part.PathOf(name), part.Trouble);
            }
        }

        return section;
    }

    private static Node ValueOf(JsonElement element, string path, ReadTrouble trouble)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return JsonText.Of(element, path, trouble);
            case JsonValueKind.Number:
                return NumberOf(element);
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Array:
                return Node.ListOf([.. element.EnumerateArray()
                    .Select((item, at) => ValueOf(item, $"{path}[{at}]", trouble))]);
            case JsonValueKind.Object:
                JsonPart part = new(element, path, trouble);
                return JsonLatency.Fits(element) ? JsonLatency.Of(part) : Of(part);
            default:
                return Node.Null;
        }
    }

    // What is written with digits alone is written so again. -0 is no such number: the integer has no sign.
    private static Node NumberOf(JsonElement element)
    {
        string text = element.GetRawText();
        bool isWhole = text.AsSpan().IndexOfAny(".eE") < 0 && text != "-0";
        if (isWhole && element.TryGetInt64(out long whole))
        {
            return whole;
        }

        return element.GetDouble();
    }
}
