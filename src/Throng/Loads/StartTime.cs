using System.Globalization;
using Throng.Measurement;

namespace Throng;

/// <summary>Value of --start-at.</summary>
/// <param name="At">The moment at which the load is to begin; null: as soon as it can, or when it is told.</param>
/// <param name="IsTold">It waits to be told, by `start`.</param>
public readonly record struct StartTime(DateTimeOffset? At, bool IsTold)
{
    /// <summary>Reads a moment, or the word told.</summary>
    public static bool TryRead(string text, out StartTime value, out string error)
    {
        bool isTold = text.Equals(RunStates.Told, StringComparison.OrdinalIgnoreCase);
        DateTimeOffset at = default;
        error = "";
        bool isRead = isTold || Kinds.Moment(text, out at, out error);
        value = new StartTime(isRead && !isTold ? at : null, isTold);
        error = isRead ? "" : error + "; or told";
        return isRead;
    }

    /// <summary>Adds it to the document's options.</summary>
    public static void Show(Section into, string key, StartTime start) => into[key] = start.IsTold ? RunStates.Told
        : start.At is { } at ? at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
        : Node.Null;
}
