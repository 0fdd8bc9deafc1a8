using System.Text.Json;

namespace Throng.Report;

/// <summary>Texts of a document that is somebody else's: bytes between quotes need not be one.</summary>
internal static class JsonText
{
    private const string NoText = "has letters that are no Unicode";

    public static string Of(JsonElement element, string path, ReadTrouble trouble)
    {
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are not UTF-8: there is no way to ask beforehand.
            trouble.Note(path, NoText);
            return "";
        }
    }

    public static string NameOf(JsonProperty property, string path, ReadTrouble trouble)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            trouble.Note(path.Length == 0 ? "a key" : path, NoText);
            return "";
        }
    }
}
